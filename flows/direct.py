"""Reading files without store, ledger or Prefect: what `sohoa read` does."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from flows.intake import Offered, clean_name, read_source
from flows.pool import WorkerPool, worker_pool
from flows.work import inspect_file, read_file_page
from ocr.papers import split_papers
from rules.review import review_fields
from schemas.catalogue import document_types
from schemas.errors import BadInput, DamagedPage, ReadingFailed, SohoaError
from schemas.ids import sha256_of
from schemas.language import Language
from schemas.page import PageText
from schemas.paper import Extract
from schemas.reading import FileReading, ProblemReading, document_reading, page_reading
from schemas.settings import Settings


def read_files(settings: Settings, files: Sequence[Path]) -> Iterator[FileReading]:
    """Each file in turn in the contract's shape; a file that cannot be read has only problems.

    Raises `EnvironmentFaulty` only.
    """
    with worker_pool(settings) as pool:
        for file in files:
            yield _read(settings, pool, file)


def _read(settings: Settings, pool: WorkerPool, file: Path) -> FileReading:
    name = clean_name(file.name)
    try:
        content = read_source(Offered(file, name, "", 1), settings.limits.max_bytes)
    except BadInput as error:
        return FileReading(file=name, sha256="", problems=(_problem(error, settings.language),))
    digest = sha256_of(content)
    try:
        scan = pool.submit(name, inspect_file, file, digest, settings.limits, name).result()
    except (BadInput, ReadingFailed) as error:
        return FileReading(file=name, sha256=digest, problems=(_problem(error, settings.language),))
    wanted = (settings.engines, settings.jpeg_quality, settings.limits)
    jobs = [
        pool.submit(f"{name}, {n}", read_file_page, file, n, *wanted, f"{name}, {n}")
        for n in range(1, scan.page_count + 1)
    ]
    pages: list[PageText] = []
    problems: list[ProblemReading] = []
    for job in jobs:
        try:
            page = job.result()[0]
            pages.append(page)
            if page.damaged:
                raise DamagedPage(f"{name}, {page.page_number}")
        except (BadInput, ReadingFailed) as error:
            problems.append(_problem(error, settings.language))
    return FileReading(
        file=name, sha256=digest, pages=tuple(page_reading(page) for page in pages),
        documents=tuple(
            document_reading(_reviewed(extract, pages, settings), settings.language)
            for extract in split_papers(pages)
        ),
        problems=tuple(problems),
    )  # fmt: skip


def _reviewed(extract: Extract, pages: Sequence[PageText], settings: Settings) -> Extract:
    """`extract` checked, its pages numbered as in the file."""
    numbers = {position: pages[position - 1].page_number for position in extract.pages}
    own = {
        name: value.model_copy(update={"page_number": numbers[value.page_number]})
        for name, value in extract.fields.items()
    }
    today = datetime.now(UTC).date()
    document_type = document_types()[extract.document_type]
    fields = review_fields(document_type, own, settings.accepted_confidence, today)
    return extract.model_copy(update={"fields": fields, "pages": tuple(numbers.values())})


def _problem(error: SohoaError, language: Language) -> ProblemReading:
    return ProblemReading(code=error.code, message=error.message.in_(language))
