"""Rows of files that people make: JSON, YAML, CSV, XLSX. Foreign bytes: sizes are bounded, nothing runs.

CSV and JSON come row by row, so that a million of them need no more memory than one; so does XLSX, but
for its table of texts.
"""

import csv
import json
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import chain, islice
from pathlib import Path

import ijson
import openpyxl
import yaml

from schemas.errors import SohoaError
from schemas.file_errors import DamagedFile, TooLarge, UnknownFormat

_MOST_BYTES = 64 * 1024**2
_MOST_UNPACKED = 100
"""Times its size that an XLSX, which is a ZIP archive, may hold: beyond it, it is a bomb."""
_LONGEST_CELL = 1024**2
_HEAD_ROWS, _SNIFFED = 40, 4096
"""Lines among which the headings are looked for, bytes by which an encoding is told."""
_COLUMN_NUMBER = re.compile(r"^\(?(\d{1,3})\)?(?:\s*=.*)?$")
_LEAST_COLUMNS = 3
IsHeading = Callable[[list[str]], bool]
"""Whether the cells of a line are names of columns."""
_LIST = re.compile(rb'^(?:\xef\xbb\xbf)?\s*(?:\{\s*"(?P<key>\w+)"\s*:\s*)?\[')


def read_rows(
    file: Path, most_bytes: int = _MOST_BYTES, is_heading: IsHeading = lambda _: True
) -> Iterator[dict[str, object]]:
    """The rows of a file by its ending, each by the names of its headings or its keys.

    The headings are the first line that `is_heading`, else the first line. A CSV may be parted by commas,
    semicolons or tabs, in UTF-8 or UTF-16 with or without a mark. Raises `DamagedFile`, `TooLarge`,
    `UnknownFormat`.
    """
    if file.stat().st_size > most_bytes:
        raise TooLarge(file.name, f"> {most_bytes // 1024**2} MB")
    readers: dict[str, Callable[[Path], Iterator[dict[str, object]]]] = {
        ".json": _json,
        ".yaml": _yaml,
        ".yml": _yaml,
        ".csv": partial(_csv, is_heading=is_heading),
        ".txt": partial(_csv, is_heading=is_heading),
        ".xlsx": partial(_xlsx, is_heading=is_heading),
    }
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


def _csv(file: Path, is_heading: IsHeading) -> Iterator[dict[str, object]]:
    csv.field_size_limit(_LONGEST_CELL)
    with file.open(encoding=_encoding(file), newline="") as content:
        head = "".join(content.readline(_LONGEST_CELL) for _ in range(_HEAD_ROWS))
        content.seek(0)
        delimiter = max(",;\t", key=head.count)
        rows = csv.reader(content, delimiter=delimiter)
        yield from _below_headings(([_plain(cell) for cell in row] for row in rows), is_heading)


def _encoding(file: Path) -> str:
    """UTF-8, or UTF-16 where a mark or every other byte says so: what spreadsheets call Unicode text."""
    with file.open("rb") as content:
        head = content.read(_SNIFFED)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if head[1::2].count(0) > len(head) // 4:
        return "utf-16-le"
    if head[0::2].count(0) > len(head) // 4:
        return "utf-16-be"
    return "utf-8-sig"


def _xlsx(file: Path, is_heading: IsHeading) -> Iterator[dict[str, object]]:
    with zipfile.ZipFile(file) as packed:
        unpacked = sum(part.file_size for part in packed.infolist())
    if unpacked > _MOST_UNPACKED * file.stat().st_size:
        raise TooLarge(file.name, f"> {_MOST_UNPACKED} ×")
    book = openpyxl.load_workbook(file, read_only=True, data_only=True)
    try:
        rows = book.worksheets[0].iter_rows(values_only=True)
        yield from _below_headings((list(row) for row in rows), is_heading)
    finally:
        book.close()


def _below_headings(rows: Iterator[list[object]], is_heading: IsHeading) -> Iterator[dict[str, object]]:
    """Rows by their headings: the first line that is known for such, for titles may stand above it.

    A line that numbers the columns below the headings is none of the rows; nor is an empty one.
    """
    head = list(islice(rows, _HEAD_ROWS))
    filled = [n for n, row in enumerate(head) if _is_filled(row)]
    at = next((n for n in filled if is_heading(_names(head[n]))), filled[0] if filled else 0)
    names = _names(head[at]) if head else []
    below = iter(head[at + 1 :])
    for number, row in enumerate(chain(below, rows)):
        if _is_filled(row) and not (number == 0 and _numbers_columns(row)):
            yield {name: value for name, value in zip(names, row, strict=False) if name}


def _names(row: Sequence[object]) -> list[str]:
    return [str(cell or "").removeprefix("\ufeff") for cell in row]


def _is_filled(row: Iterable[object]) -> bool:
    return any(cell is not None and str(cell).strip() for cell in row)


def _numbers_columns(row: Sequence[object]) -> bool:
    """`(1) | (2) | (3)`, `1 | 2 | 3=1+2`: each cell begins with a number, one more than the one before."""
    cells = [str(cell).strip() for cell in row if cell is not None and str(cell).strip()]
    numbers = [int(found[1]) for cell in cells if (found := _COLUMN_NUMBER.match(cell))]
    return len(numbers) == len(cells) >= _LEAST_COLUMNS and numbers == list(
        range(numbers[0], numbers[0] + len(numbers))
    )
