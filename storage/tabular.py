"""Rows of files that people make: JSON, YAML, CSV, XLSX. Foreign bytes: sizes are bounded, nothing runs."""

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import yaml
from openpyxl.utils.exceptions import InvalidFileException

from schemas.errors import DamagedFile, TooLarge, UnknownFormat

_UNREADABLE = (
    ValueError, KeyError, yaml.YAMLError, csv.Error, zipfile.BadZipFile, InvalidFileException,
)  # fmt: skip
_MOST_BYTES = 64 * 1024**2
_MOST_UNPACKED = 512 * 1024**2
"""Of an XLSX, which is a ZIP archive: beyond it, it is a bomb."""


def read_rows(file: Path) -> Iterator[dict[str, object]]:
    """The rows of a file by its ending, each by the names of its first line or its keys.

    A CSV may be parted by commas, semicolons or tabs, in UTF-8 with or without a mark. Raises
    `DamagedFile`, `TooLarge`, `UnknownFormat`.
    """
    if file.stat().st_size > _MOST_BYTES:
        raise TooLarge(file.name, f"> {_MOST_BYTES // 1024**2} MB")
    readers = {".json": _json, ".yaml": _yaml, ".yml": _yaml, ".csv": _csv, ".xlsx": _xlsx}
    reader = readers.get(file.suffix.lower())
    if reader is None:
        raise UnknownFormat(file.name, "json, yaml, csv, xlsx")
    try:
        yield from reader(file.read_bytes())
    except _UNREADABLE as error:
        raise DamagedFile(file.name, type(error).__name__) from error


def _json(content: bytes) -> Iterator[dict[str, object]]:
    yield from _mappings(json.loads(content))


def _yaml(content: bytes) -> Iterator[dict[str, object]]:
    for document in yaml.safe_load_all(content.decode("utf-8-sig")):
        yield from _mappings(document)


def _mappings(found: object) -> Iterator[dict[str, object]]:
    """One mapping, a list of them, or such a list under the one key of a mapping (`{"data": […]}`)."""
    if isinstance(found, dict) and len(found) == 1 and isinstance(next(iter(found.values())), list):
        found = next(iter(found.values()))
    for one in found if isinstance(found, list) else [found]:
        if not isinstance(one, dict):
            raise ValueError("not a mapping")  # noqa: TRY004  (it is the file's content that is wrong)
        yield one


def _csv(content: bytes) -> Iterator[dict[str, object]]:
    text = content.decode("utf-8-sig")
    dialect = csv.Sniffer().sniff(text.partition("\n")[0], delimiters=",;\t")
    for row in csv.DictReader(io.StringIO(text), dialect=dialect):
        yield {str(name): value for name, value in row.items() if name}


def _xlsx(content: bytes) -> Iterator[dict[str, object]]:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        if sum(part.file_size for part in packed.infolist()) > _MOST_UNPACKED:
            raise ValueError("bomb")
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    try:
        rows = book.worksheets[0].iter_rows(values_only=True)
        names = [str(name or "") for name in next(rows, ())]
        for row in rows:
            if any(value is not None for value in row):
                yield {name: value for name, value in zip(names, row, strict=False) if name}
    finally:
        book.close()
