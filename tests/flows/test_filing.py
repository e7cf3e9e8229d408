"""From received files to papers in the store, through real workers; and back from the store alone."""

import io
import os
import stat
import time
from pathlib import Path
from random import Random

import img2pdf
import pytest
from trail_signing import SIGNING

from flows.pipeline.filing import Filed, code_of_folder, file_stack
from flows.pipeline.intake import new_batch, take_in
from flows.pipeline.reading import PageResult
from flows.workers.pool import WorkerPool, worker_pool
from ocr.output.pdfa import pdfa_problems
from samples.dossiers import PAINTERS, encode_page, read_truth
from samples.drawing.damage import Level
from samples.scores import FieldScore, compare_papers
from schemas.batch import Balance, Batch
from schemas.environment_errors import ProgramMissing
from schemas.page import MarkKind
from schemas.paper import Dossier, Paper, State
from schemas.settings import Sandbox, Settings
from storage.archive.archive import Archive
from storage.archive.audit_trail import AuditTrail
from storage.archive.receipts import batch_receipts
from storage.database.engine import Database
from storage.files.scan_folders import find_files
from storage.index.paper_search import search
from storage.opening import make_archive
from storage.preservation.fixity import missing_objects, sweep
from storage.preservation.rebuild import reindex
from web.intake.separator_sheets import make_separators


def digitise(
    archive: Archive, pool: WorkerPool, settings: Settings, *paths: Path
) -> tuple[Batch, list[Filed], list[PageResult]]:
    """Take in and file everything below `paths`, without Prefect."""
    batch = archive.open_batch(new_batch("lô", "H10"))
    for _ in take_in(archive, pool, settings, batch, find_files(paths)):
        pass
    pages: list[PageResult] = []
    filed = [
        file_stack(archive, pool, settings, batch, stack, pages.append)
        for stack in archive.ledger.waiting_stacks(batch.id)
    ]
    return batch, filed, pages


def _dossiers(archive: Archive, batch: Batch) -> list[tuple[Dossier, list[Paper]]]:
    return [(d, archive.ledger.papers(d)) for d in archive.ledger.dossiers(batch.id)]


def test_a_dossier_becomes_papers_with_true_fields(
    archive: Archive, pool: WorkerPool, settings: Settings, dossier_file: Path
) -> None:
    lenient = settings.model_copy(update={"accepted_field_error": 0.05, "accepted_paper_error": 0.2})
    batch, _, pages = digitise(archive, pool, lenient, dossier_file)
    truth = read_truth(dossier_file)
    assert len(pages) == len(truth.pages)
    ((dossier, papers),) = _dossiers(archive, batch)
    assert [p.document_type for p in papers] == [p.document_type for p in truth.papers]
    assert len(dossier.blanks) == 1, "the blank page is kept and marked"
    score = FieldScore()
    read = [(p.document_type, tuple(r.page_number for r in p.pages), p.fields) for p in papers]
    for paper in compare_papers(truth, read):
        score += paper.score
    assert score.f1 > 0.95
    balance = archive.ledger.balance(batch)
    assert balance.adds_up
    assert balance.pages_waiting == 0
    assert balance.pages_blank == 1
    assert any(paper.state is State.READ for paper in papers)
    assert {mark.kind for paper in papers for mark in paper.marks} >= {MarkKind.SEAL, MarkKind.SIGNATURE}
    assert all(mark.page_number <= len(paper.pages) for paper in papers for mark in paper.marks)
    assert any(paper.state is State.NEEDS_REVIEW for paper in papers)


def test_outputs_are_kept_and_sound(
    lite_archive: Archive, pool: WorkerPool, settings: Settings, dossier_file: Path
) -> None:
    batch, _, _ = digitise(lite_archive, pool, settings, dossier_file)
    for _, papers in _dossiers(lite_archive, batch):
        for paper in papers:
            assert pdfa_problems(lite_archive.store.get(paper.pdf_key)) == ()
            assert b"alto" in lite_archive.store.get(paper.alto_key)
            for field in paper.fields.values():
                assert field.raw
                assert 1 <= field.page_number <= len(paper.pages)
    done = sweep(lite_archive, None)
    assert done
    assert done.losses == ()
    assert list(missing_objects(lite_archive)) == []


def test_nothing_is_read_or_written_twice(
    lite_archive: Archive, pool: WorkerPool, settings: Settings, dossier_file: Path
) -> None:
    batch, _, _ = digitise(lite_archive, pool, settings, dossier_file)
    before, objects = _dossiers(lite_archive, batch), set(lite_archive.store.keys())
    report: list[PageResult] = []
    stack = batch_receipts(lite_archive.database, batch.id)[0].stack
    file_stack(lite_archive, pool, settings, batch, stack, report.append)
    assert _dossiers(lite_archive, batch) == before
    assert set(lite_archive.store.keys()) == objects


def test_the_database_is_an_index_of_the_store(
    archive: Archive, pool: WorkerPool, settings: Settings, dossier_file: Path, tmp_path: Path
) -> None:
    batch, _, _ = digitise(archive, pool, settings, dossier_file)
    name = next(
        str(p.fields["full_name"].value)
        for _, ps in _dossiers(archive, batch)
        for p in ps
        if "full_name" in p.fields
    )
    archive.audit.append("paper.show", "x")
    fresh = Database(f"sqlite:///{tmp_path / 'rebuilt.sqlite'}")
    fresh.prepare()
    rebuilt = make_archive(archive.store, fresh, AuditTrail(archive.store, fresh, SIGNING))
    reindex(rebuilt)
    assert _dossiers(rebuilt, batch) == _dossiers(archive, batch)
    assert _counts(rebuilt.ledger.balance(batch)) == _counts(archive.ledger.balance(batch))
    for query in (name, "khai sinh", "nguyen"):
        hits = [(h.paper.id, h.exact) for h in search(archive.database, query)]
        assert [(h.paper.id, h.exact) for h in search(fresh, query)] == hits
    assert rebuilt.audit.append("after", "x").number == 3
    fresh.close()


def _counts(balance: Balance) -> dict[str, object]:
    return balance.model_dump(exclude={"batch"})


def test_separators_split_a_stack(
    lite_archive: Archive, pool: WorkerPool, settings: Settings, tmp_path: Path
) -> None:
    codes = ["H47.06-261005-0155", "000.00.15.H10-240115-0002"]
    pages = [
        encode_page(PAINTERS[kind](Random(1), "a", "").pages[0], Level.OFFICE, Random(1))[0]
        for kind in ("unknown", "birth_certificate")
    ]
    sheets = [make_separators("lô", [(codes[0], 1)]), make_separators("lô", [(codes[1], 5)])]
    stack = tmp_path / "chồng"
    stack.mkdir()
    for at, content in enumerate(
        (sheets[0], img2pdf.convert(pages[0]), sheets[1], img2pdf.convert(pages[1]))
    ):
        (stack / f"{at}.pdf").write_bytes(content)
    (tmp_path / "in").mkdir()
    stack.rename(tmp_path / "in" / "chồng")
    batch, _, _ = digitise(lite_archive, pool, settings, tmp_path / "in")
    found = {dossier.code: (papers, dossier) for dossier, papers in _dossiers(lite_archive, batch)}
    assert set(found) == set(codes)
    assert [p.document_type for p in found[codes[0]][0]] == ["unknown"]
    assert [p.document_type for p in found[codes[1]][0]] == ["birth_certificate"]
    assert found[codes[0]][1].problems == ()
    assert [p.code for p in found[codes[1]][1].problems] == ["page_count"]
    assert lite_archive.ledger.balance(batch).adds_up


def test_a_damaged_separator_goes_to_a_person(
    lite_archive: Archive, pool: WorkerPool, settings: Settings, tmp_path: Path
) -> None:
    from PIL import Image, ImageDraw

    from ocr.sources.files import open_page
    from schemas.batch import MediaType

    sheet = tmp_path / "s.pdf"
    sheet.write_bytes(make_separators("lô", [("H47.06-261005-0155", 1)]))
    image = Image.fromarray(open_page(sheet, MediaType.PDF, 1, settings.limits, "s").pixels)
    ImageDraw.Draw(image).rectangle((400, 560, 900, 1100), fill="black")
    out = io.BytesIO()
    image.save(out, "JPEG", dpi=(150, 150))
    (tmp_path / "hỏng.jpg").write_bytes(out.getvalue())
    batch, _, _ = digitise(lite_archive, pool, settings, tmp_path / "hỏng.jpg")
    ((dossier, _),) = _dossiers(lite_archive, batch)
    assert [problem.code for problem in dossier.problems] == ["separator_damaged"]


@pytest.fixture
def broken_tesseract(tmp_path: Path, tesseract: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A `tesseract` that is killed as long as the file it is handed exists."""
    shims = tmp_path / "bin"
    shims.mkdir()
    while_exists = tmp_path / "broken"
    while_exists.touch()
    shim = shims / "tesseract"
    shim.write_text(
        "#!/bin/sh\n"
        f'case "$*" in *tsv*) [ -e "{while_exists}" ] && kill -9 $$;; esac\n'
        f'exec {tesseract} "$@"\n'
    )
    shim.chmod(shim.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP)
    monkeypatch.setenv("PATH", f"{shims}:{os.environ['PATH']}")
    return while_exists


def test_killed_engine_costs_the_page_not_the_batch(
    lite_archive: Archive, settings: Settings, dossier_file: Path, broken_tesseract: Path
) -> None:
    settings = settings.with_changes(sandbox=Sandbox.OFF)  # in it the switch would not be seen
    with worker_pool(settings) as own_pool:
        batch, filed, _ = digitise(lite_archive, own_pool, settings, dossier_file)
        balance = lite_archive.ledger.balance(batch)
        assert balance.adds_up
        assert balance.pages_needing_person == len(filed[0].refused) == 4, "all but the blank page"
        assert {r.refusal.code for r in filed[0].refused if r.refusal} == {"engine_failed"}
        broken_tesseract.unlink()
        assert lite_archive.ledger.retry(batch.id, ["engine_failed"]) == 4
        file_stack(lite_archive, own_pool, settings, batch, filed[0].stack, lambda _: None)
    ((dossier, papers),) = _dossiers(lite_archive, batch)
    assert len(papers) == len(read_truth(dossier_file).papers)
    assert dossier.problems == ()


def test_missing_engine_stops_everything_with_the_command_that_mends_it(
    lite_archive: Archive, settings: Settings, dossier_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.pipeline import reading
    from ocr.engines import tesseract as module

    monkeypatch.setenv("PATH", "/nowhere")
    for cached in (reading.engine_key, module.tesseract_version, module._model_digest):
        cached.cache_clear()
    with worker_pool(settings) as own_pool, pytest.raises(ProgramMissing) as caught:
        digitise(lite_archive, own_pool, settings, dossier_file)
    assert "sohoa doctor" in caught.value.message.vi
    balance = lite_archive.ledger.balance(lite_archive.ledger.batches()[0])
    assert balance.adds_up
    assert balance.pages_waiting == balance.pages == 5


def test_a_worker_that_dies_or_hangs_costs_its_own_job(settings: Settings) -> None:
    from schemas.errors import TookTooLong, WorkerDied

    limits = settings.limits.with_changes(page_timeout_seconds=3)
    quick = settings.with_changes(limits=limits)
    with worker_pool(quick) as own_pool:
        dies = own_pool.submit_as(None, "trang 1", os._exit, 9)
        hangs = own_pool.submit_as(None, "trang 2", time.sleep, 60)
        fine = [own_pool.submit_as(int, f"trang {n}", abs, -n) for n in range(3, 8)]
        assert [job.result() for job in fine] == [3, 4, 5, 6, 7]
        with pytest.raises(WorkerDied):
            dies.result()
        with pytest.raises(TookTooLong):
            hangs.result()


@pytest.mark.parametrize(
    ("stack", "code"),
    [
        ("H10.15-250703-0001", "H10.15-250703-0001"),
        ("lô 3/000.00.15.H10-250703-0001.pdf", "000.00.15.H10-250703-0001"),
        ("hồ sơ 7", None),
        ("H10.15-251303-0001", None),
    ],
)
def test_a_folder_named_by_a_code_is_that_dossier(stack: str, code: str | None) -> None:
    assert code_of_folder(stack) == code
