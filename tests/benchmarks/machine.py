"""Where it was measured: figures move with the machine."""

import os
import platform
from importlib.metadata import PackageNotFoundError, version

PACKAGES = ("Django", "channels", "channels-redis", "daphne", "twisted", "autobahn", "asyncpg", "orjson")


def machine() -> dict[str, object]:
    return {
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "versions": {name: found for name in PACKAGES if (found := _version(name))},
    }


def load() -> list[float]:
    """Processes that ran or waited to run, on average over the last 1, 5 and 15 minutes."""
    return [round(average, 2) for average in os.getloadavg()]


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
