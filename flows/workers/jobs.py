"""The jobs that worker processes do: open, read, write papers. Plain functions of plain values.

What they return is typed, and is all that comes back (`flows.workers.answers`): whoever queues a job keeps
what it knows itself (hash, size, page number, which paper) and never takes it from the answer. Libraries are
imported where a worker needs them: the process that queues jobs does not.
"""

import time
from datetime import datetime
from pathlib import Path

from flows.workers.pool import Job
from schemas.arrangement import Turn
from schemas.base.stopwatch import Spent, Step, recorded, step
from schemas.batch import MediaType, Scan
from schemas.catalogue import document_types
from schemas.errors import WorkerDied
from schemas.page import PageText
from schemas.paper import Extract, FieldValue
from schemas.settings import EngineName, Limits
from storage.files.scan_folders import clean_name

_HEAD = 4096
_MOST_ATTACHMENTS, _LONGEST_NAME = 100, 200
"""Of what a worker tells of files inside a file, so much is kept."""


def inspect_file(file: Path, limits: Limits, name: str) -> tuple[MediaType, int, int | None, tuple[str, ...]]:
    """What `file` is, its pages as found and as it says itself, the names of files inside it.

    Raises `BadInput` when it cannot be a scan.
    """
    from ocr.sources.files import count_contents

    media_type = _media_type(file, name)
    return media_type, *count_contents(file, media_type, limits, name)


def scan_of(inspected: Job, sha256: str, size_bytes: int, limits: Limits, name: str) -> Scan:
    """The scan of these bytes, as the job `inspect_file` found it. Raises `BadInput`, `ReadingFailed`."""
    media_type, pages, declared, attachments = inspected.result()
    if not 1 <= pages <= limits.max_pages:
        raise WorkerDied(name, f"{pages} pages")
    return Scan(
        sha256=sha256,
        media_type=media_type,
        size_bytes=size_bytes,
        page_count=pages,
        pages_declared=declared,
        attachments=tuple(clean_name(one)[:_LONGEST_NAME] for one in attachments[:_MOST_ATTACHMENTS]),
    )


def read_file_page(
    file: Path,
    page_number: int,
    turned: Turn | None,
    engines: tuple[EngineName, ...],
    jpeg_quality: int,
    limits: Limits,
    name: str,
) -> tuple[PageText, bytes, float, Spent]:
    """Page `page_number` read, its upright view as JPEG, the seconds it took, and its CPU seconds by step.

    `turned` if a person said how it lies.

    Raises `BadInput`, `ReadingFailed`.
    """
    from ocr.engines.registry import open_engines
    from ocr.page import read_page
    from ocr.sources.files import open_page

    begun = time.perf_counter()
    with recorded(Step.OTHER) as spent:
        with step(Step.OPENING):
            image = open_page(file, _media_type(file, name), page_number, limits, name)
        readers, timeout = open_engines(engines), limits.program_timeout_seconds
        page, view = read_page(image, page_number, readers, timeout, jpeg_quality, turned)
    return page, view, round(time.perf_counter() - begun, 3), spent


def page_of(read: Job, page_number: int, name: str) -> tuple[PageText, bytes, float, Spent]:
    """What the job `read_file_page` of that page returned. Raises `BadInput`, `ReadingFailed`."""
    text, view, seconds, spent = read.result()
    if text.page_number != page_number:
        raise WorkerDied(name, "another page")
    return text, view, seconds, spent


def look_at_paper(
    extract: Extract,
    seen: tuple[tuple[PageText, bytes], ...],
    engines: tuple[EngineName, ...],
    limits: Limits,
) -> dict[str, FieldValue]:
    """The fields of `extract`, doubtful ones read again; `seen` are its pages and their views, in order."""
    from ocr.engines.registry import open_engines
    from ocr.extraction.rereading import look_again

    shown = dict(zip(extract.pages, seen, strict=True))
    kind, timeout = document_types()[extract.document_type], limits.program_timeout_seconds
    return dict(look_again(kind, extract.fields, shown, open_engines(engines), timeout))


def fields_of(looked: Job, extract: Extract, name: str) -> dict[str, FieldValue]:
    """What the job `look_at_paper` returned of this paper. Raises `ReadingFailed`."""
    fields: dict[str, FieldValue] = looked.result()
    known = document_types()[extract.document_type].fields.keys()
    if not (fields.keys() <= known and all(f.page_number in extract.pages for f in fields.values())):
        raise WorkerDied(name, "fields of another paper")
    return fields


def draw_page(page: PageText, view: bytes, papers: tuple[Extract, ...]) -> bytes:
    """PNG of a page as it was understood; see `ocr.output.debug_image`."""
    from ocr.output.debug_image import draw_reading

    return draw_reading(page, view, papers)


def write_paper(
    pages: tuple[PageText, ...], views: tuple[bytes, ...], title: str, source: str, at: datetime
) -> tuple[bytes, bytes]:
    """PDF/A-2b and ALTO of a paper."""
    from ocr.output.alto import make_alto
    from ocr.output.pdfa import make_pdf

    return make_pdf(pages, views, title=title, at=at), make_alto(pages, source=source)


def _media_type(file: Path, name: str) -> MediaType:
    from ocr.sources.files import sniff

    with file.open("rb") as source:
        return sniff(source.read(_HEAD), name)
