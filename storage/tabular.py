"""Rows of files that people make: JSON, YAML, CSV, XLSX. Foreign bytes: sizes are bounded, nothing runs.

CSV and JSON come row by row, so that a million of them need no more memory than one; so does XLSX, but
for its table of texts.
"""

import csv
import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import ijson
import openpyxl
import yaml

from schemas.errors import DamagedFile, SohoaError, TooLarge, UnknownFormat

_MOST_BYTES = 64 * 1024**2
_MOST_UNPACKED = 100
"""Times its size that an XLSX, which is a ZIP archive, may hold: beyond it, it is a bomb."""
_LONGEST_CELL = 1024**2
_LIST = re.compile(rb'^(?:\xef\xbb\xbf)?\s*(?:\{\s*"(?P<key>\w+)"\s*:\s*)?\[')


def read_rows(file: Path, most_bytes: int = _MOST_BYTES) -> Iterator[dict[str, object]]:
    """The rows of a file by its ending, each by the names of its first line or its keys.

    A CSV may be parted by commas, semicolons or tabs, in UTF-8 with or without a mark. Raises
    `DamagedFile`, `TooLarge`, `UnknownFormat`.
    """
    if file.stat().st_size > most_bytes:
        raise TooLarge(file.name, f"> {most_bytes // 1024**2} MB")
    readers = {".json": _json, ".yaml": _yaml, ".yml": _yaml, ".csv": _csv, ".xlsx": _xlsx}
    reader = readers.get(file.suffix.lower())
    if reader is None:
        raise UnknownFormat(file.name, "json, yaml, csv, xlsx")
    try:
        yield from reader(file)
    except SohoaError:
        raise
    except Exception as error:  # hostile files raise anything at all inside these libraries
        raise DamagedFile(file.name, type(error).__name__) from error


_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""How a cell begins that a spreadsheet takes for a formula, or that some editor turns into one."""


def as_text(value: str) -> str:
    """A value for a CSV that no spreadsheet takes for a formula."""
    return f"'{value}" if value.startswith(_FORMULA) else value


def as_row(values: Iterable[object]) -> list[object]:
    """A line of a CSV: text as text, numbers as they are."""
    return [as_text(value) if isinstance(value, str) else value for value in values]


def _plain(value: object) -> object:
    """What `as_text` was given, when a file of ours comes back."""
    if isinstance(value, str) and value.startswith("'") and value[1:].startswith(_FORMULA):
        return value[1:]
    return value


def _json(file: Path) -> Iterator[dict[str, object]]:
    """A list of mappings, such a list under the first key of a mapping (`{"data": […]}`), or one mapping."""
    with file.open("rb") as content:
        listed = _LIST.match(content.read(4096))
        content.seek(0)
        if listed is None:
            yield from _mappings(json.loads(content.read(_MOST_BYTES).decode("utf-8-sig")))
            return
        key = listed["key"].decode() if listed["key"] else ""
        if content.read(3) != b"\xef\xbb\xbf":
            content.seek(0)
        yield from _mappings(ijson.items(content, f"{key}.item" if key else "item", use_float=True))


def _yaml(file: Path) -> Iterator[dict[str, object]]:
    for document in yaml.safe_load_all(file.read_bytes().decode("utf-8-sig")):
        listed = isinstance(document, dict) and len(document) == 1
        found = next(iter(document.values())) if listed else document
        yield from _mappings(found if isinstance(found, list) else document)


def _mappings(found: object) -> Iterator[dict[str, object]]:
    for one in [found] if isinstance(found, dict) or not isinstance(found, Iterable) else found:
        if not isinstance(one, dict):
            raise ValueError("not a mapping")  # noqa: TRY004  (it is the file's content that is wrong)
        yield one


def _csv(file: Path) -> Iterator[dict[str, object]]:
    csv.field_size_limit(_LONGEST_CELL)
    with file.open(encoding="utf-8-sig", newline="") as content:
        dialect = csv.Sniffer().sniff(content.readline(_LONGEST_CELL), delimiters=",;\t")
        content.seek(0)
        for row in csv.DictReader(content, delimiter=dialect.delimiter):
            yield {str(name).removeprefix("\ufeff"): _plain(value) for name, value in row.items() if name}


def _xlsx(file: Path) -> Iterator[dict[str, object]]:
    with zipfile.ZipFile(file) as packed:
        unpacked = sum(part.file_size for part in packed.infolist())
    if unpacked > _MOST_UNPACKED * file.stat().st_size:
        raise TooLarge(file.name, f"> {_MOST_UNPACKED} ×")
    book = openpyxl.load_workbook(file, read_only=True, data_only=True)
    try:
        rows = book.worksheets[0].iter_rows(values_only=True)
        names = [str(name or "") for name in next(rows, ())]
        for row in rows:
            if any(value is not None for value in row):
                yield {name: value for name, value in zip(names, row, strict=False) if name}
    finally:
        book.close()
