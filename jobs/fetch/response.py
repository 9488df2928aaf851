"""What a call to the outside answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from jobs.fetch.errors import FetchError


@dataclass(frozen=True, slots=True)
class Response:
    """headers compare case-insensitively; elapsed_ms runs from the first byte out to the last byte in."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    elapsed_ms: int

    def json(self) -> Any:
        """The body as JSON. Raises FetchError (not_json), whatever the content type says."""
        try:
            return orjson.loads(self.body)
        except orjson.JSONDecodeError as error:
            raise FetchError("not_json", f"the answer is not JSON: {error}") from error
