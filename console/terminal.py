"""What is printed for people: no text, whoever wrote it, steers their terminal or fails on it."""

import sys
from io import TextIOWrapper
from typing import TextIO


def harmless(text: str) -> str:
    """Names, and what a file says, are anybody's text: no terminal obeys it, and it stays on its line."""
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in text)


def open_stdout(*, for_programs: bool) -> TextIO | None:
    """Standard output that takes any text: programs read UTF-8, people see signs that their terminal lacks
    written out. None where whoever started us closed it.
    """
    if isinstance(sys.stdout, TextIOWrapper):
        encoding, errors = ("utf-8", "strict") if for_programs else (sys.stdout.encoding, "backslashreplace")
        sys.stdout.reconfigure(encoding=encoding, errors=errors)
    return sys.stdout
