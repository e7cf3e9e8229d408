"""Files that only this user can read: keys, passwords, addresses of our own services."""

import os
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

_PRIVATE_FILE, _PRIVATE_FOLDER = 0o600, 0o700


def write_private(file: Path, content: bytes) -> None:
    """Put `content` in the place of `file`, all or nothing, flushed. Raises `OSError`."""
    draft = _draft(file, content)
    draft.replace(file)


def make_once(file: Path, make: Callable[[], bytes]) -> bytes:
    """The content of `file`; when there is none, what `make` returns, written by whoever is first.

    Raises `OSError`.
    """
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True, mode=_PRIVATE_FOLDER)
        draft = _draft(file, make())
        try:
            os.link(draft, file)
        except FileExistsError:  # another process was first
            pass
        finally:
            draft.unlink()
    return file.read_bytes()


def _draft(file: Path, content: bytes) -> Path:
    draft = file.with_name(f".{file.name}.{uuid4().hex}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, _PRIVATE_FILE)
    with os.fdopen(descriptor, "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    return draft
