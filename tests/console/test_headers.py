"""What every answer carries when people come by https, through a proxy that ends TLS: on the real server."""

from typing import Any

import aiohttp
import pytest

from tests.journeys.cast import hire_alice
from tests.journeys.process import serving

THROUGH_PROXY = {"Host": "desk.example", "X-Forwarded-Proto": "https"}
HSTS = "max-age=31536000"
EVERYWHERE = {"Strict-Transport-Security": HSTS, "X-Content-Type-Options": "nosniff"}
PAGES = {
    **EVERYWHERE,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}

#: Path, what it answers.
ANSWERS = [
    ("/sign-in/", 200, PAGES),
    ("/", 302, PAGES),
    ("/nope/", 404, PAGES),
    ("/sign-in/no-such-link-no-such-link/", 410, PAGES),
    ("/static/app.css", 200, PAGES | {"X-Frame-Options": None}),
    ("/api/v1/health", 200, EVERYWHERE | {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}),
    ("/api/v1/orders", 401, EVERYWHERE | {"Cache-Control": "no-store"}),
    ("/api/v1/nope", 404, EVERYWHERE | {"Cache-Control": "no-store"}),
]


def differing(answer: aiohttp.ClientResponse, expected: dict[str, str | None]) -> dict[str, Any]:
    policy = answer.headers.get("Content-Security-Policy", "")
    bad = {} if "default-src 'none'" in policy and "unsafe" not in policy else {"policy": policy}
    return bad | {
        name: answer.headers.get(name)
        for name, value in expected.items()
        if answer.headers.get(name) != value
    }


async def test_every_answer_by_https_carries_its_headers(database: None, subtests: pytest.Subtests) -> None:
    await hire_alice()
    async with (
        serving(PUBLIC_URL="https://desk.example") as server,
        aiohttp.ClientSession(server.url, headers=THROUGH_PROXY) as session,
    ):
        for path, status, expected in ANSWERS:
            with subtests.test(path):
                async with session.get(path, allow_redirects=False) as answer:
                    assert answer.status == status
                    assert differing(answer, expected) == {}
        with subtests.test("a body too large for the API"):
            async with session.post("/api/v1/orders", data=b"x" * (1 << 20 | 1)) as answer:
                assert answer.status == 413
                assert differing(answer, EVERYWHERE) == {}
        with subtests.test("a host that is not ours"):
            async with session.get("/", headers={"Host": "evil.example"}) as answer:
                assert answer.status == 400
                assert differing(answer, EVERYWHERE) == {}
        with subtests.test("plain http is led to https, and told nothing to keep"):
            async with session.get(
                "/orders/", headers={"X-Forwarded-Proto": "http"}, allow_redirects=False
            ) as answer:
                assert answer.status == 301
                assert answer.headers["Location"] == "https://desk.example/orders/"
                assert "Strict-Transport-Security" not in answer.headers
            async with session.get("/api/v1/health", headers={"X-Forwarded-Proto": "http"}) as answer:
                assert "Strict-Transport-Security" not in answer.headers
        with subtests.test("cookies are this host's alone, and scripts do not see them"):
            async with session.get("/sign-in/") as answer:
                cookie = answer.headers["Set-Cookie"]
            assert cookie.startswith("__Host-csrftoken=")
            for attribute in ("HttpOnly", "SameSite=Lax", "Secure", "Path=/"):
                assert attribute in cookie
            assert "Domain" not in cookie
