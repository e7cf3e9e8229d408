"""The path from read pages to judged papers, with real workers."""

import tempfile
from datetime import date
from pathlib import Path
from random import Random

from written_sheets import titled, write

from bench.form_reading import page_of
from flows.pipeline.extraction import understand
from flows.pipeline.reading import reading_key
from flows.workers.jobs import read_file_page
from flows.workers.pool import worker_pool
from samples.dossiers import write_dossier
from samples.drawing.damage import Level
from samples.papers.civil_status import draw_marriage_certificate
from schemas.arrangement import Leaf
from schemas.settings import Settings

LEAF = Leaf(scan="0" * 64, page_number=1)


def _drawn() -> Path:
    """A bad scan, where workers can open it."""
    scan = Path(tempfile.mkdtemp()) / "a.pdf"
    write_dossier(
        [draw_marriage_certificate(Random(6), "a", "extract")], scan, name="a", level=Level.BAD, seed=4
    )
    return scan


def test_doubtful_fields_are_looked_at_again_and_judged(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data", processes=1)
    wanted = (None, settings.engines, settings.jpeg_quality, settings.limits)
    with worker_pool(settings) as pool:
        scan = _drawn()
        seen = [pool.submit("a", read_file_page, scan, 1, *wanted, "a").result()[:2]]
        (extract,) = understand(pool, settings, "a", seen, date(2026, 11, 22))
    assert extract.document_type == "marriage_certificate"
    assert any(field.evidence.looks for field in extract.fields.values())
    sure = [field for field in extract.fields.values() if not field.needs_review]
    doubtful = [field for field in extract.fields.values() if field.needs_review]
    unsure = [field.confidence for field in doubtful if not field.problems]
    assert min(f.confidence for f in sure) > max(unsure, default=0)
    assert extract.fields["registered_by"].today or extract.fields["registered_by"].problems


def test_another_picture_quality_is_another_reading(tmp_path: Path) -> None:
    fine, coarse = (Settings(data=tmp_path, jpeg_quality=quality) for quality in (92, 60))
    assert reading_key(LEAF, fine) == reading_key(LEAF, fine)
    assert reading_key(LEAF, fine) != reading_key(LEAF, coarse)
    assert reading_key(LEAF, fine) != reading_key(LEAF.with_changes(turned_degrees=0), fine)


def test_a_second_look_that_fails_leaves_the_first_reading(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data", processes=1)
    wanted = (None, settings.engines, settings.jpeg_quality, settings.limits)
    with worker_pool(settings) as pool:
        scan = _drawn()
        page, _, _, _ = pool.submit("a", read_file_page, scan, 1, *wanted, "a").result()
        (extract,) = understand(pool, settings, "a", [(page, b"no picture")], date(2026, 11, 22))
    assert extract.fields["husband_full_name"].value
    assert not any(field.evidence.looks for field in extract.fields.values())


def test_what_every_paper_of_the_type_has_and_was_not_found_is_doubted(tmp_path: Path) -> None:
    sheet = write(titled("GIẤY CHỨNG NHẬN KẾT HÔN"), ["Họ và tên vợ: TRẦN THỊ AN"])
    page = page_of(sheet, 1, 0.0, Random(1))
    settings = Settings(data=tmp_path / "data", processes=1)
    with worker_pool(settings) as pool:
        (extract,) = understand(pool, settings, "a", [(page, b"no picture")], date(2026, 11, 22))
    missing = extract.fields["husband_residence"]
    assert (missing.value, missing.needs_review) == (None, True)
    assert [problem.code for problem in missing.problems] == ["not_found"]
