"""What the log leaves out: sign-in links, which may still work."""

import logging
import re

#: Loggers whose records name the address that was asked for.
LOGS_OF_ADDRESSES = ("django.request", "django.security.csrf", "django.template")

#: A link's address, wherever it stands. ``sign-in/password/`` is none: it has no secret's length.
LINK = re.compile(r"sign-in/[^/\s'\"]{16,}")


class WithoutLinks(logging.Filter):
    """Blots a link's secret out of a record, whichever handler shows it; keeps every record."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        if LINK.search(said):
            record.msg, record.args = _blotted(said), None
        if record.exc_info:
            told = logging.Formatter().formatException(record.exc_info)
            if LINK.search(told):
                record.exc_text = _blotted(told)  # what a formatter shows where it is there
        return True


def _blotted(text: str) -> str:
    return LINK.sub("sign-in/…", text)
