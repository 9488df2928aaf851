"""How a fetch fails."""

from typing import Literal

Kind = Literal["refused", "connect", "timeout", "protocol", "too_large", "pace", "not_json"]


class FetchError(Exception):
    """No answer to use. ``kind`` says why; the message says it in words, without the URL's path or query.

    refused: the guard does not let the call out (scheme, port, user info, address). connect: no connection.
    timeout: no whole answer in time. protocol: no proper HTTP answer. too_large: more bytes than asked for.
    pace: no slot for this host soon enough. not_json: the body is not what ``Response.json`` was told.
    """

    def __init__(self, kind: Kind, message: str) -> None:
        super().__init__(message)
        self.kind = kind
