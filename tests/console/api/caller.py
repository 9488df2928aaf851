"""Calls to the API's real ASGI application, without a socket."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import orjson

from console.api.handler import ApiHandler


@dataclass
class Answer:
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    def json(self) -> Any:
        return orjson.loads(self.body)

    def problem(self, status: int, code: str) -> dict[str, Any]:
        """The problem document this answer must be."""
        assert (self.status, self.headers["content-type"]) == (status, "application/problem+json"), self.body
        document = self.json()
        assert (document["status"], document["code"]) == (status, code)
        assert document["type"] == "about:blank"
        assert document["title"]
        assert document["detail"]
        return document


class Caller:
    """``await caller.post("/orders", {...}, key="1")`` with a token, if it has one."""

    def __init__(self, application: ApiHandler, token: str | None = None) -> None:
        self.application = application
        self.token = token

    async def get(self, path: str, **headers: str) -> Answer:
        return await self.call("GET", path, headers=headers)

    async def post(self, path: str, body: Any, key: str | None = "key-1", **headers: str) -> Answer:
        if not isinstance(body, bytes):
            body = orjson.dumps(body)
            headers.setdefault("content_type", "application/json")
        if key is not None:
            headers["idempotency_key"] = key
        return await self.call("POST", path, body, headers=headers)

    async def call(
        self, method: str, path: str, *chunks: bytes, headers: dict[str, str] | None = None
    ) -> Answer:
        path, _, query = f"/api/v1{path}".partition("?")
        sent = {name.replace("_", "-"): value for name, value in (headers or {}).items()}
        if self.token is not None:
            sent.setdefault("authorization", f"Bearer {self.token}")
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": query.encode(),
            "headers": [(name.encode(), value.encode()) for name, value in sent.items()],
        }
        parts = list(chunks) or [b""]
        messages = [
            {"type": "http.request", "body": part, "more_body": number < len(parts)}
            for number, part in enumerate(parts, start=1)
        ]
        answer = Answer()

        async def receive() -> dict[str, Any]:
            if not messages:
                await asyncio.Event().wait()  # nobody hangs up
            return messages.pop(0)

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                answer.status = message["status"]
                pairs = [(name.decode().lower(), value.decode()) for name, value in message["headers"]]
                answer.headers = dict(pairs)
            else:
                answer.body += message.get("body", b"")

        async with asyncio.timeout(20):
            await self.application(scope, receive, send)
        return answer
