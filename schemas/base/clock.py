"""The one clock."""

from datetime import UTC, datetime


def now() -> datetime:
    """The present moment, aware, in whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)
