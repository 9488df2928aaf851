"""The error pages of DEBUG, which are for this machine alone and still say no secret."""

import re

from django.views.debug import SafeExceptionReporterFilter


class WithoutCookies(SafeExceptionReporterFilter):
    """Django's filter, which forgets the cookie of the forms."""

    hidden_settings = re.compile(f"{SafeExceptionReporterFilter.hidden_settings.pattern}|COOKIE", re.I)
