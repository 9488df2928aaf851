"""The log never names a sign-in link: it may still work."""

import logging
import re

#: Loggers whose records name the address that was asked for.
LOGS_OF_ADDRESSES = ("django.request", "django.security.csrf")

#: ``/sign-in/password/`` is no link; it has no secret's length.
LINK = re.compile(r"/sign-in/[^/\s]{16,}")


class WithoutLinks(logging.Filter):
    """Blots a link's secret out of a record, whichever handler shows it; keeps every record."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        if LINK.search(said):
            record.msg, record.args = LINK.sub("/sign-in/…", said), None
        return True
