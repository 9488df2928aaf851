"""What the commands about tokens share: whose they are, and a pool of one connection."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from console.terminal import harmless
from jobs import db

T = TypeVar("T")


def user_named(name: str) -> User:
    """Raises CommandError (2: wrong usage) where there is none."""
    name = harmless(name)
    user = get_user_model().objects.filter(username=name).first()
    if user is None:
        raise CommandError(_("there is no user %(name)s") % {"name": name}, returncode=2)
    return user


def run(use_case: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run it on a loop and a pool of its own."""

    async def with_pool() -> T:
        await db.open_pool(min_size=1, max_size=1)
        try:
            return await use_case()
        finally:
            await db.close_pool()

    return asyncio.run(with_pool())
