"""Run as a program on an empty DATABASE_URL: migrates it, opens the shop, hires Alice; prints who she is."""

import asyncio
import json
import os
import sys
from dataclasses import asdict

import django
from django.core.management import call_command


async def prepare() -> dict[str, object]:
    from jobs import db
    from tests.journeys.cast import hire_alice, open_shop

    await db.open_pool(min_size=1)
    try:
        await open_shop(units=10**6, money=10**10)
        return asdict(await hire_alice())
    finally:
        await db.close_pool()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "console.settings")
    django.setup()
    call_command("migrate", verbosity=0)
    json.dump(asyncio.run(prepare()), sys.stdout)
