"""How large what is sent to us may be, at whichever door."""

#: Bytes: of a request's body, of a message on a socket, of a line of a file. The largest order form, 1,000
#: lines with names of 100 characters, is a third of it.
MAX_BODY = 1 << 20


def announced(length: str) -> int:
    """The bytes a Content-Length speaks of; 0 where it is no number, MAX_BODY + 1 where it is a huge one."""
    if not (length.isascii() and length.isdigit()):
        return 0
    return int(length) if len(length) <= 15 else MAX_BODY + 1
