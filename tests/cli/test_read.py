"""`sohoa read`: the contract, without a store; what is wrong with a scan; pictures of what was understood."""

from pathlib import Path
from random import Random

from commandline import lines, sohoa
from handwritten import written_decision
from PIL import Image

from cli.read import _STEPS
from samples.dossiers import PAINTERS, read_truth, write_dossier
from samples.drawing.canvas import Canvas
from samples.drawing.damage import Level
from samples.papers.construction_permit import draw_construction_permit
from schemas.base.stopwatch import Step

CONTRACT_KEYS = ["file", "sha256", "pages", "documents", "problems"]
PAGE_KEYS = [
    "page_number",
    "width_px",
    "height_px",
    "effective_dpi",
    "rotation_degrees",
    "skew_degrees",
    "blank",
    "quality",
    "confidence",
    "text",
    "words",
]
DOCUMENT_KEYS = ["document_type", "confidence", "pages", "fields", "whole", "needs_review", "marks"]
FIELD_KEYS = [
    "value",
    "raw",
    "confidence",
    "page_number",
    "box",
    "source",
    "needs_review",
    "problems",
    "proposals",
]


def test_read_keeps_the_contract(dossier_file: Path, tmp_path: Path) -> None:
    bad = tmp_path / "rỗng.pdf"
    bad.touch()
    run = sohoa("read", dossier_file, bad, "--json", status=3)
    good, refused = lines(run)
    assert list(good) == CONTRACT_KEYS
    assert list(good["pages"][0]) == PAGE_KEYS
    assert good["problems"] == []
    types = [document["document_type"] for document in good["documents"]]
    for document in good["documents"]:
        assert list(document) == DOCUMENT_KEYS
        assert 0 <= document["whole"] <= 1
        doubted = any(field["needs_review"] for field in document["fields"].values())
        assert document["needs_review"] >= doubted
    assert types == [paper.document_type for paper in read_truth(dossier_file).papers]
    covered = sorted(page for document in good["documents"] for page in document["pages"])
    blanks = [page["page_number"] for page in good["pages"] if page["blank"]]
    assert sorted(covered + blanks) == list(range(1, len(good["pages"]) + 1))
    for document in good["documents"]:
        for field in document["fields"].values():
            assert list(field) == FIELD_KEYS
            page = good["pages"][field["page_number"] - 1]
            assert 0 <= field["box"][0] < field["box"][2] <= page["width_px"]
            assert 0 <= field["confidence"] <= 1
            assert field["source"] in ("ocr", "qr", "mrz", "barcode", "derived", "person")
    assert refused["problems"][0]["code"] == "empty_file"
    assert refused["pages"] == []


def test_what_a_hand_may_have_written_is_proposed(tmp_path: Path) -> None:
    image = Image.fromarray(written_decision("660", "31", 2).pixels)
    image.save(tmp_path / "660.pdf", resolution=300, quality=95)
    (reading,) = lines(sohoa("read", tmp_path / "660.pdf", "--json"))
    field = reading["documents"][0]["fields"]["document_number"]
    assert "660/QĐ-UBND" in [proposal["value"] for proposal in field["proposals"][:3]]
    assert field["needs_review"]


def test_a_file_that_is_not_there_is_told_so_and_the_others_are_read(tmp_path: Path) -> None:
    empty = tmp_path / "rỗng.pdf"
    empty.touch()
    run = sohoa("read", tmp_path / "MISSING.pdf", empty, "--json", status=2)
    assert [one["problems"][0]["code"] for one in lines(run)] == ["empty_file"]
    assert "Không có" in run.stderr
    assert "MISSING.pdf" in run.stderr
    assert "liên kết" not in run.stderr


def test_read_needs_no_store(dossier_file: Path, tmp_path: Path) -> None:
    sohoa("read", dossier_file, "--json", SOHOA_STORE__ENDPOINT="127.0.0.1:1")
    assert not (tmp_path / "data").exists()


def test_read_tells_what_to_do_about_a_bad_scan(tmp_path: Path) -> None:
    canvas = Canvas()
    for row in range(20):
        canvas.write(25, 30 + 9 * row, "Căn cứ Luật Tổ chức chính quyền địa phương", ink=(205, 205, 205))
    file = tmp_path / "nhạt.png"
    canvas.finish().image.save(file, dpi=(300, 300))
    assert "Chữ nhạt" in sohoa("read", file, SOHOA_LANGUAGE="vi").stdout
    assert "Faint" in sohoa("read", file, SOHOA_LANGUAGE="en").stdout


def test_one_engine_by_setting_and_a_wrong_name_is_told(dossier_file: Path) -> None:
    (reading,) = lines(sohoa("read", dossier_file, "--json", SOHOA_ENGINES='["tesseract"]'))
    assert [document["document_type"] for document in reading["documents"]]
    run = sohoa("read", dossier_file, status=4, SOHOA_ENGINES='["magic"]')
    assert "engines" in run.stderr


def test_read_draws_what_it_understood(tmp_path: Path) -> None:
    folder = tmp_path / "scans"
    paper = draw_construction_permit(Random(2), "a", "numbered")
    write_dossier([paper], folder / "a.pdf", name="a", level=Level.CLEAN, seed=1)
    sohoa("read", folder / "a.pdf", "--debug", tmp_path / "pictures")
    (picture,) = (tmp_path / "pictures").iterdir()
    image = Image.open(picture).convert("RGB")
    colours = {colour for _, colour in image.getcolors(1 << 24) or ()}
    assert picture.name == "a.pdf-001.png"
    assert {(20, 128, 74), (36, 92, 190)} <= colours, "sure values and labels are marked"


def test_where_the_time_goes_is_told_on_request(page_jpeg: bytes, tmp_path: Path) -> None:
    file = tmp_path / "a.jpg"
    file.write_bytes(page_jpeg)
    (told,) = lines(sohoa("read", "--json", "--timings", str(file)))
    (page,) = told["timings"]
    steps = page["cpu_seconds"]
    assert {"opening", "first_reader", "second_reader", "preparation"} <= set(steps) <= set(Step)
    assert all(seconds >= 0 for seconds in steps.values())
    assert 0.2 < sum(steps.values()) < 60
    table = sohoa("read", "--timings", str(file), SOHOA_LANGUAGE="vi").stdout
    assert "bộ đọc thứ hai" in table
    assert "cả trang" in table
    assert set(_STEPS) == set(Step), "each step has a name in both languages"
    (plain,) = lines(sohoa("read", "--json", str(file)))
    assert "timings" not in plain


def test_seals_and_signatures_are_told(tmp_path: Path) -> None:
    file = tmp_path / "a.png"
    PAINTERS["administrative_document"](Random(1), "a", "named").pages[-1].image.save(file, dpi=(300, 300))
    (told,) = lines(sohoa("read", "--json", str(file)))
    assert {mark["kind"] for mark in told["documents"][0]["marks"]} == {"seal", "signature"}
    printed = sohoa("read", str(file), SOHOA_LANGUAGE="vi").stdout
    assert "thấy trên giấy: con dấu (trang 1), chữ ký (trang 1)" in printed
