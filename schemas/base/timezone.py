"""The one time zone of Viet Nam, by which offices count their days."""

from datetime import timedelta, timezone

HANOI = timezone(timedelta(hours=7), "ICT")
"""No summer time."""
