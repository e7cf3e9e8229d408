"""A folder that others write into, walked from one open descriptor: no link is ever followed below it.

Between looking at a path and using it, whoever writes there can put a link in the place of any part of it. So
each step is opened from the one before (openat(2) with O_NOFOLLOW), also for making folders and for moving.
"""

import errno
import os
import shutil
import stat
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from schemas.environment_errors import FolderNotOurs

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_GONE = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP)
"""What says that a folder was removed, or exchanged for something else, since it was listed."""
_WRITABLE_BY_OTHERS = stat.S_IWGRP | stat.S_IWOTH
Parts = tuple[str, ...]
"""A path below the root, step by step."""


class FolderRoot:
    """The folder `path`, opened once. Raises `OSError` when it is none."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        weakref.finalize(self, os.close, self._descriptor)

    def walk(self, below: Parts = ()) -> Iterator[Parts]:
        """Everything below that is no folder, folders in order of their names; links as themselves.

        A folder that cannot be listed is there as itself: whoever reads it is told why. Raises `OSError` when
        the root cannot be.
        """
        try:
            with self._opened(below) as folder:
                found = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            if not below:
                raise
            if error.errno not in _GONE:
                yield below
            return
        for entry in found:
            here = (*below, entry.name)
            if entry.is_dir(follow_symlinks=False):
                yield from self.walk(here)
            else:
                yield here

    def facts(self, parts: Parts) -> os.stat_result:
        """Of the entry itself, whatever it is. Raises `OSError`."""
        with self._opened(parts[:-1]) as folder:
            return os.stat(parts[-1], dir_fd=folder, follow_symlinks=False)

    def open(self, parts: Parts) -> int:
        """A descriptor to read a file by, never through a link, never waiting on a pipe. Raises `OSError`."""
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        with self._opened(parts[:-1]) as folder:
            return os.open(parts[-1], flags, dir_fd=folder)

    def move(self, parts: Parts, target: Parts) -> Parts:
        """Move a file into a folder that is ours, made if need be; where it lies. Nothing is overwritten.

        An equal name is numbered. Raises `FolderNotOurs` when a step to the target is a link or another
        user's, `OSError`.
        """
        with self._opened(parts[:-1]) as source, self._own_folder(target[:-1]) as folder:
            name = _free_name(folder, target[-1])
            try:
                os.rename(parts[-1], name, src_dir_fd=source, dst_dir_fd=folder)
            except OSError as error:
                if error.errno != errno.EXDEV:
                    raise
                _copy(source, parts[-1], folder, name)
        return (*target[:-1], name)

    def write(self, target: Parts, text: str) -> None:
        """Write a new file into a folder that is ours. Raises `FolderNotOurs`, `OSError`."""
        with self._own_folder(target[:-1]) as folder:
            _write(folder, target[-1], text.encode(), self._mode() & 0o666)

    def drop_empty(self, parts: Parts) -> None:
        """Remove the folder and those above it that nothing is left in, up to the root."""
        while parts:
            try:
                with self._opened(parts[:-1]) as above:
                    os.rmdir(parts[-1], dir_fd=above)
            except OSError:
                return
            parts = parts[:-1]

    @contextmanager
    def _opened(self, parts: Parts) -> Iterator[int]:
        descriptor = os.dup(self._descriptor)
        try:
            for part in parts:
                below = os.open(part, _FOLDER, dir_fd=descriptor)
                os.close(descriptor)
                descriptor = below
            yield descriptor
        finally:
            os.close(descriptor)

    @contextmanager
    def _own_folder(self, parts: Parts) -> Iterator[int]:
        """A folder below the root, each step of which we made, or could have made."""
        descriptor = os.dup(self._descriptor)
        try:
            for step, part in enumerate(parts, 1):
                below = self._own_step(descriptor, part, "/".join(parts[:step]))
                os.close(descriptor)
                descriptor = below
            yield descriptor
        finally:
            os.close(descriptor)

    def _own_step(self, above: int, name: str, where: str) -> int:
        made = False
        try:
            os.mkdir(name, dir_fd=above)
            made = True
        except FileExistsError:
            pass
        try:
            below = os.open(name, _FOLDER, dir_fd=above)
        except OSError as error:
            if error.errno in (errno.ELOOP, errno.ENOTDIR):
                raise FolderNotOurs(str(self.path / where)) from error
            raise
        facts = os.fstat(below)
        if made:
            os.fchmod(below, self._mode())
        elif facts.st_uid != os.geteuid() or facts.st_mode & _WRITABLE_BY_OTHERS:
            os.close(below)
            raise FolderNotOurs(str(self.path / where))
        return below

    def _mode(self) -> int:
        """Who may read the root may read what we put there; writing is ours alone."""
        return stat.S_IMODE(os.fstat(self._descriptor).st_mode) & ~_WRITABLE_BY_OTHERS & 0o777 | 0o700


def _free_name(folder: int, name: str) -> str:
    number, free = 1, name
    while _is_taken(folder, free):
        number += 1
        free = f"{Path(name).stem} ({number}){Path(name).suffix}"
    return free


def _is_taken(folder: int, name: str) -> bool:
    try:
        os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True


def _copy(source: int, name: str, folder: int, target: str) -> None:
    """To another disk: whole and flushed before the first one goes."""
    reading = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=source)
    writing = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600, dir_fd=folder)
    with os.fdopen(reading, "rb") as old, os.fdopen(writing, "wb") as new:
        shutil.copyfileobj(old, new)
        new.flush()
        os.fsync(new.fileno())
    os.unlink(name, dir_fd=source)


def _write(folder: int, name: str, content: bytes, mode: int) -> None:
    descriptor = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600, dir_fd=folder)
    with os.fdopen(descriptor, "wb") as out:
        out.write(content)
        os.fchmod(out.fileno(), mode)
