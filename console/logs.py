"""What the log leaves out: sign-in links, which may still work, and what is no fault of ours."""

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


class OnlyFaults(logging.Filter):
    """Keeps what a page failed of. Django logs each answer from 400 on, too, and a database that is away is
    told once by those who wait for it, not by every page.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        return bool(record.exc_info) and getattr(record, "status_code", 500) == 500
