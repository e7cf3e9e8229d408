"""Files on their way in: how much of each is here is the size of its part on disk, and nothing else.

A server killed in the middle can therefore never disagree with itself about where to go on.
"""

import fcntl
import os
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from pydantic import Field, ValidationError

from schemas.base.model import Frozen
from schemas.batch import PagePlace
from schemas.environment_errors import write_error
from schemas.errors import NotOnRecord
from schemas.request_errors import UploadRefused

_ID = re.compile(r"[0-9a-f]{32}")
_UNIT = 10
"""How many people's share a unit has."""
_KEPT_SECONDS = 3 * 24 * 3600


class Upload(Frozen):
    """A file that is being handed in: whose, for which batch, how large."""

    id: str
    login: str
    batch_id: str
    name: str
    position: int = Field(ge=1, le=100_000)
    size: int = Field(ge=0)
    unit: str = ""
    """Of the batch: what is under way is counted for a person and for a unit."""
    said: str
    """The client's own description, as it sent it."""
    replaces: PagePlace | None = None
    stack: str = ""
    """That of the page it replaces."""


class UploadBusy(Exception):
    """Another request is writing to it."""


class Uploads:
    """The folder of parts. Only one writer has a part at a time, in whatever process it runs."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def begin(self, upload: Upload, most_files: int, most_bytes: int) -> Upload:
        """Begin a new part. Raises `UploadRefused` beyond what may be under way, `DiskFull`.

        A person may have `most_files` and `most_bytes` under way, a unit's people together ten times as much.
        """
        self._sweep()
        open_ones = list(self._open())
        for times, own in (
            (1, [one for one in open_ones if one.login == upload.login]),
            (_UNIT, [one for one in open_ones if one.unit == upload.unit]),
        ):
            size = sum(one.size for one in own) + upload.size
            if len(own) >= times * most_files or size > times * most_bytes:
                raise UploadRefused(upload.name, "too much under way")
        upload = upload.with_changes(id=secrets.token_hex(16))
        try:
            self.part(upload.id).touch(mode=0o600, exist_ok=False)
            draft = self._folder / f"{upload.id}.new"
            draft.write_text(upload.model_dump_json(), "utf-8")
            draft.replace(self._record(upload.id))
        except OSError as error:
            raise write_error(str(self._folder), error) from error
        return upload

    def _open(self) -> Iterator[Upload]:
        for record in self._folder.glob("*.json"):
            with suppress(OSError, ValidationError):  # handed in or given up meanwhile
                yield Upload.model_validate_json(record.read_text("utf-8"))

    def find(self, upload_id: str, login: str) -> Upload:
        """The upload. Raises `NotOnRecord`: also for malformed names and other people's."""
        if not _ID.fullmatch(upload_id):
            raise NotOnRecord("upload")
        try:
            found = Upload.model_validate_json(self._record(upload_id).read_text("utf-8"))
        except (OSError, ValidationError) as error:
            raise NotOnRecord("upload") from error
        if found.login != login or not self.part(upload_id).exists():
            raise NotOnRecord("upload")
        return found

    def part(self, upload_id: str) -> Path:
        """Where what is here of it lies."""
        return self._folder / f"{upload_id}.part"

    @contextmanager
    def writing(self, upload_id: str) -> Iterator[BinaryIO]:
        """The part, to append to. Raises `NotOnRecord`, `UploadBusy`."""
        try:
            part = self.part(upload_id).open("r+b", buffering=0)
        except OSError as error:
            raise NotOnRecord("upload") from error
        with part:
            try:
                fcntl.flock(part, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise UploadBusy from error
            if not os.fstat(part.fileno()).st_nlink:  # taken away between opening and locking
                raise NotOnRecord("upload")
            part.seek(0, os.SEEK_END)
            yield part

    def forget(self, upload_id: str) -> None:
        """Drop a part: it is in the store, or was given up."""
        self._record(upload_id).unlink(missing_ok=True)
        self.part(upload_id).unlink(missing_ok=True)

    def _record(self, upload_id: str) -> Path:
        return self._folder / f"{upload_id}.json"

    def _sweep(self) -> None:
        """Drop parts nobody wrote to for three days."""
        oldest = time.time() - _KEPT_SECONDS
        for part in self._folder.glob("*.part"):
            if part.stat().st_mtime < oldest:
                self.forget(part.stem)


def append(part: BinaryIO, block: bytes) -> None:
    """Write all of `block`. Raises `DiskFull`."""
    rest = memoryview(block)
    try:
        while rest:
            rest = rest[part.write(rest) :]
    except OSError as error:
        raise write_error("uploads", error) from error
