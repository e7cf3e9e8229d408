"""What the log of a machine is set to. Nhật ký vận hành."""

from enum import StrEnum

from pydantic import Field

from schemas.base.model import Frozen


class LogLevel(StrEnum):
    """How much is written to the log; each holds those after it."""

    DEBUG = "debug"
    """Also what Prefect and other programs of ours say."""
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class LogFormat(StrEnum):
    """How a line is written."""

    JSON = "json"
    TEXT = "text"


class LogTarget(StrEnum):
    """Where lines go."""

    FILE = "file"
    """`data`/logs, rotated; `sohoa logs` shows them."""
    STDERR = "stderr"
    """Standard error, for journald or a container's log."""


class LogSettings(Frozen):
    """The log of this machine: ids, counts and durations, never a person's data."""

    to: LogTarget = Field(LogTarget.FILE, description="file or stderr")
    level: LogLevel = Field(LogLevel.INFO, description="debug, info, warning or error")
    format: LogFormat = Field(LogFormat.JSON, description="json or text")
    file_bytes: int = Field(10 * 1024**2, gt=0, description="a file of the log is closed when it is as large")
    files: int = Field(10, ge=1, le=1000, description="kept; the oldest goes first")
