"""Days of a filter: whole ones, in the time zone the address names."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

UTC = "UTC"


def zone_of(name: str | None) -> ZoneInfo:
    """UTC where this machine knows no such zone."""
    try:
        return ZoneInfo(name or UTC)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo(UTC)


def start(day: str, zone: ZoneInfo) -> datetime:
    """When that day begins there. Raises ValueError for what is no day between 1970 and 9000."""
    read = date.fromisoformat(day)
    if not 1970 < read.year < 9000:
        raise ValueError(day)
    return datetime.combine(read, time(), zone)


def end(day: str, zone: ZoneInfo) -> datetime:
    """When the next one begins. Raises ValueError as ``start`` does."""
    start(day, zone)
    return start((date.fromisoformat(day) + timedelta(days=1)).isoformat(), zone)
