"""The log of this machine: a line an event, JSON, in files that are rotated. Nhật ký vận hành.

It is for operators, and holds names of events, ids, counts, durations: never a person's data. What is no
plain id (a file's name, a sentence) is left out where a line is made, so that no caller can put it there. Who
did what to a record stands on the audit trail, not here.
"""

import json
import logging
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, TextIO

from concurrent_log_handler import ConcurrentRotatingFileHandler

from schemas.environment_errors import write_error
from schemas.errors import NotOnRecord
from schemas.logs import LogFormat, LogLevel, LogSettings, LogTarget

Value = str | int | float
FOLDER, NAME = "logs", "sohoa.jsonl"
_LOG = logging.getLogger("sohoa")
_LOG.addHandler(logging.NullHandler())
_LOG.propagate = False
logging.raiseExceptions = False
"""A line that the disk has no room for is left out: a traceback beside what people are told helps nobody."""
_PLAIN = re.compile(r"[A-Za-z0-9_.:/{}*+-]{0,120}")
"""What ids, codes and addresses of routes are made of."""
_NUMBER = re.compile(r"(?<![0-9A-Fa-f-])\d{9,}(?![0-9A-Fa-f-])")
"""Digits in a row that may be a person's number or telephone."""
LEFT_OUT = "…"
_OUTPUT_BYTES = 10 * 1024**2
_started: dict[str, str] = {}
"""Where this process's lines go, once it is known."""


def log_event(event: str, *, level: LogLevel = LogLevel.INFO, **fields: Value | None) -> None:
    """Write a line: `event` and its `fields`, of which texts that are no plain ids are left out."""
    number = logging.getLevelNamesMapping()[level.upper()]
    if _LOG.isEnabledFor(number):
        kept = {name: _plain(value) for name, value in fields.items() if value is not None}
        _LOG.log(number, event, extra={"fields": kept})


@contextmanager
def program_output(data: Path, program: str) -> Iterator[BinaryIO]:
    """A file below `data`/logs for what a program of ours writes; added to, and rotated when it is long."""
    _rotate(_folder(data) / f"{program}.log")
    with (_folder(data) / f"{program}.log").open("ab") as file:
        yield file


def rotate_outputs(data: Path) -> None:
    """Rotate what programs that run for months write; they hold the file open: it is copied and emptied."""
    for file in _folder(data).glob("*.log"):
        _rotate(file)


def _rotate(file: Path) -> None:
    if file.exists() and file.stat().st_size > _OUTPUT_BYTES:
        shutil.copyfile(file, file.with_suffix(".log.1"))
        os.truncate(file, 0)


def start_logging(settings: LogSettings, data: Path) -> None:
    """Send this process's lines to `data`/logs, or to standard error; called again, to the new place.

    Raises `CannotWrite`, `DiskFull`.
    """
    place = str(_file(data)) if settings.to == LogTarget.FILE else ""
    _LOG.setLevel(settings.level.upper())
    if _started.get("place") == f"{settings.format} {place}":
        return
    try:
        handler = _rotated(settings, data) if place else logging.StreamHandler(sys.stderr)
    except OSError as error:
        raise write_error(place, error) from error
    handler.setFormatter(_Text() if settings.format == LogFormat.TEXT else _Json())
    _started["place"] = f"{settings.format} {place}"
    for former in _LOG.handlers[1:]:
        _LOG.removeHandler(former)
        former.close()
    _LOG.addHandler(handler)


def read_log(data: Path) -> Iterator[dict[str, Any]]:
    """The lines of all files, oldest first; what is no line of ours is passed over."""
    files = [_file(data), *sorted(_file(data).parent.glob(f"{NAME}.*"), key=lambda f: int(f.suffix[1:] or 0))]
    for file in reversed(files):
        with suppress(FileNotFoundError), file.open(encoding="utf-8") as lines:
            yield from filter(None, map(parse_line, lines))


def tail_log(data: Path, wait: Callable[[], object]) -> Iterator[str]:
    """Lines written from now on, also after a rotation; `wait` is called while there is none."""
    _folder(data)
    _file(data).touch(0o600)
    current = _file(data).open(encoding="utf-8")
    try:
        current.seek(0, os.SEEK_END)
        while True:
            if line := current.readline():
                yield line
            elif _is_rotated(current, _file(data)):
                current.close()
                current = _file(data).open(encoding="utf-8")
            else:
                wait()
    finally:
        current.close()


def _is_rotated(file: TextIO, place: Path) -> bool:
    return place.exists() and not os.path.samestat(os.fstat(file.fileno()), place.stat())


def output_of(data: Path, program: str) -> list[str]:
    """What a program of ours wrote, line by line. Raises `NotOnRecord` when nothing is kept of it."""
    files = [_folder(data) / f"{Path(program).name}.log{tail}" for tail in (".1", "")]
    lines = [file.read_text(errors="replace").splitlines(keepends=True) for file in files if file.exists()]
    if not lines:
        raise NotOnRecord(program)
    return [line for part in lines for line in part]


def parse_line(line: str) -> dict[str, Any] | None:
    """One line of the log; None when it is not whole."""
    with suppress(ValueError):
        read = json.loads(line)
        if isinstance(read, dict) and {"at", "level", "event"} <= read.keys():
            return read
    return None


def _file(data: Path) -> Path:
    return data / FOLDER / NAME


def _folder(data: Path) -> Path:
    folder = data / FOLDER
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def _rotated(settings: LogSettings, data: Path) -> logging.Handler:
    _folder(data)
    return ConcurrentRotatingFileHandler(
        str(_file(data)),
        maxBytes=settings.file_bytes,
        backupCount=settings.files - 1,
        encoding="utf-8",
        chmod=0o600,
    )


def _plain(value: Value) -> Value:
    if not isinstance(value, str):
        return value
    return value if _PLAIN.fullmatch(value) and not _NUMBER.search(value) else LEFT_OUT


def _line(record: logging.LogRecord) -> dict[str, Value]:
    at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
    head = {"at": at, "level": record.levelname.lower(), "event": record.getMessage(), "process": os.getpid()}
    return {**head, **getattr(record, "fields", {})}


class _Json(logging.Formatter):
    """A line as JSON: moment (UTC), level, event, process, its own fields."""

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(_line(record), ensure_ascii=False)


class _Text(logging.Formatter):
    """A line for journald or a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        return text_of(_line(record))


def text_of(line: dict[str, Any]) -> str:
    """A line for people: moment, level, event, then its fields."""
    rest = " ".join(f"{k}={v}" for k, v in line.items() if k not in ("at", "level", "event", "process"))
    return f"{line['at']} {line['level']:<7} {line['event']} {rest}".rstrip()
