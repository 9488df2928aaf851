"""What a command takes from tests/: only a clone has it, and it needs more than the console does."""

from importlib import import_module
from types import ModuleType

from django.core.management.base import CommandError
from django.utils.translation import gettext as _


def from_tests(name: str) -> ModuleType:
    """The module tests.``name``; where it or what it imports is missing, a CommandError that says which."""
    try:
        return import_module(f"tests.{name}")
    except ModuleNotFoundError as error:
        raise CommandError(
            _("%s is not here: this runs in a clone, with tests/requirements.txt installed") % error.name
        ) from error
