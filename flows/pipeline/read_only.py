"""Reading files without store, ledger or Prefect: what `sohoa read` does."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from flows.pipeline.dossier_problems import several_papers
from flows.pipeline.extraction import Seen, understand
from flows.pipeline.intake import read_source, write_copy
from flows.workers.jobs import draw_page, inspect_file, page_of, read_file_page, scan_of
from flows.workers.pool import WorkerPool, worker_pool
from ocr.extraction.paper_heads import count_heads
from rules.review.triage import state_after_reading
from schemas.base.ids import sha256_of
from schemas.base.language import Language
from schemas.catalogue import document_types
from schemas.errors import BadInput, DamagedPage, ReadingFailed, SohoaError
from schemas.page import PageText
from schemas.paper import Extract, State
from schemas.reading import FileReading, PageTiming, ProblemReading, document_reading, page_reading
from schemas.settings import Settings
from storage.files.scan_folders import Offered, clean_name


def read_files(
    settings: Settings, files: Sequence[Path], pictures: Path | None = None
) -> Iterator[FileReading]:
    """Each file in turn in the contract's shape; a file that cannot be read has only problems.

    Into the folder `pictures` each page is drawn as it was understood, `<file>-001.png`. Raises
    `EnvironmentFaulty` only.
    """
    with worker_pool(settings) as pool:
        for file in files:
            name = clean_name(file.name)
            try:
                content = read_source(Offered(file, name, "", 1), settings.limits.max_bytes).content
            except BadInput as error:
                yield FileReading(file=name, sha256="", problems=(_problem(error, settings.language),))
                continue
            with TemporaryDirectory(prefix="sohoa-") as folder:
                copy = Path(folder) / "scan"
                write_copy(copy, content)
                yield _read(settings, pool, copy, name, sha256_of(content), pictures)


def _read(
    settings: Settings, pool: WorkerPool, file: Path, name: str, digest: str, pictures: Path | None
) -> FileReading:
    try:
        job = pool.submit(name, inspect_file, file, settings.limits, name)
        scan = scan_of(job, digest, file.stat().st_size, settings.limits, name)
    except (BadInput, ReadingFailed) as error:
        return FileReading(file=name, sha256=digest, problems=(_problem(error, settings.language),))
    wanted = (settings.engines, settings.jpeg_quality, settings.limits)
    jobs = [
        pool.submit(f"{name}, {n}", read_file_page, file, n, None, *wanted, f"{name}, {n}")
        for n in range(1, scan.page_count + 1)
    ]
    seen: list[Seen] = []
    timings: list[PageTiming] = []
    problems: list[ProblemReading] = []
    for number, job in enumerate(jobs, 1):
        try:
            page, view, _, spent = page_of(job, number, f"{name}, {number}")
            timings.append(PageTiming(page_number=number, cpu_seconds=spent))
            seen.append((page, view))
            if page.damaged:
                raise DamagedPage(f"{name}, {page.page_number}")
        except (BadInput, ReadingFailed) as error:
            problems.append(_problem(error, settings.language))
    for page, _ in seen:
        if count_heads(page) > 1:
            told = several_papers(f"{name}, {page.page_number}")
            problems.append(ProblemReading(code=told.code, message=told.message.in_(settings.language)))
    found = understand(pool, settings, name, seen, datetime.now(UTC).date())
    papers = [_numbered(extract, [page for page, _ in seen]) for extract in found]
    if pictures:
        _draw(pool, name, seen, papers, pictures)
    return FileReading(
        file=name,
        sha256=digest,
        pages=tuple(page_reading(page) for page, _ in seen),
        documents=tuple(
            document_reading(paper, settings.language, needs_review=_needs_person(paper)) for paper in papers
        ),
        problems=tuple(problems),
        timings=tuple(timings),
    )


def _needs_person(extract: Extract) -> bool:
    kind = document_types()[extract.document_type]
    return state_after_reading(kind, extract.fields) is State.NEEDS_REVIEW


def _draw(pool: WorkerPool, name: str, seen: Sequence[Seen], papers: Sequence[Extract], folder: Path) -> None:
    """A picture of each page, by the workers."""
    folder.mkdir(parents=True, exist_ok=True)
    jobs = []
    for page, view in seen:
        own = tuple(paper for paper in papers if page.page_number in paper.pages)
        jobs.append((page.page_number, pool.submit(name, draw_page, page, view, own)))
    for number, job in jobs:
        with suppress(ReadingFailed):  # a picture to look at is worth no reading
            (folder / f"{name}-{number:03d}.png").write_bytes(job.result())


def _numbered(extract: Extract, pages: Sequence[PageText]) -> Extract:
    """`extract` with its pages numbered as in the file."""
    numbers = {position: pages[position - 1].page_number for position in extract.pages}
    fields = {
        name: value.with_changes(page_number=numbers[value.page_number])
        for name, value in extract.fields.items()
    }
    return extract.with_changes(fields=fields, pages=tuple(numbers.values()))


def _problem(error: SohoaError, language: Language) -> ProblemReading:
    return ProblemReading(code=error.code, message=error.message.in_(language))
