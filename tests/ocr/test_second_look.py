"""A doubtful field is read again on its own; what two readings confirm counts, one alone does not."""

import io
from random import Random

import numpy as np
import pytest
from PIL import Image

from ocr.engines.engine import Engine, Layout
from ocr.engines.registry import open_engines
from ocr.extraction import rereading
from ocr.extraction.rereading import _vote, is_doubted, look_again
from ocr.extraction.splitting import split_papers
from ocr.page import read_page
from ocr.preprocessing.page_image import Gray, PageImage
from samples.dossiers import encode_page
from samples.drawing.damage import Level
from samples.papers.civil_status import draw_death_certificate
from samples.scores import same_value
from schemas.base.geometry import Box
from schemas.catalogue import document_types
from schemas.document_type import ValueKind
from schemas.page import Line, PageText
from schemas.paper import Evidence, FieldValue
from schemas.settings import EngineName

KIND = document_types()["death_certificate"]
DOUBT = Evidence(words=0.4, weakest=0.5, letters=10)


@pytest.fixture(scope="module")
def read() -> tuple[dict[str, FieldValue], dict[str, object], tuple[PageText, bytes]]:
    paper = draw_death_certificate(Random(8), "c", "extract")
    jpeg, _ = encode_page(paper.pages[0], Level.OFFICE, Random(2))
    scan = np.asarray(Image.open(io.BytesIO(jpeg)).convert("RGB"))
    seen = read_page(PageImage(scan, 200), 1, open_engines(tuple(EngineName)), 60)
    (extract,) = split_papers([seen[0]])
    return dict(extract.fields), dict(paper.fields), seen


def test_a_misread_value_is_read_right_by_both_engines(read: tuple) -> None:
    fields, true, seen = read
    names = ("personal_id", "died_at", "last_residence")
    spoilt = {
        name: fields[name].with_changes(value=wrong, raw=wrong, evidence=DOUBT)
        for name, wrong in zip(names, ("000000000000", "1900-01-01", "đâu đó"), strict=True)
    }
    looked = look_again(KIND, spoilt, {1: seen}, open_engines(tuple(EngineName)), 60)
    for name in names:
        assert same_value("death_certificate", name, true[name], looked[name].value), looked[name]
        assert (looked[name].evidence.looks, looked[name].evidence.agreeing) == (2, 2)
        assert looked[name].box == fields[name].box


class _Silent:
    """An engine that must not be asked, or that reads nothing."""

    family = name = "silent"

    def __init__(self, *, may_be_asked: bool) -> None:
        self.may_be_asked = may_be_asked

    def read(self, gray: Gray, dpi: int, layout: Layout, timeout_seconds: int) -> tuple[Line, ...]:
        del gray, dpi, layout, timeout_seconds
        assert self.may_be_asked
        return ()

    def quarter_turn(self, gray: Gray) -> int | None:
        del gray
        return None


def test_what_is_sure_costs_nothing(read: tuple) -> None:
    fields, _, seen = read
    sure = {n: f.with_changes(evidence=Evidence(words=0.999)) for n, f in fields.items()}
    engines: list[Engine] = [_Silent(may_be_asked=False)]
    assert look_again(KIND, sure, {1: seen}, engines, 60) == sure


def test_nothing_read_changes_nothing_and_counts_against(read: tuple) -> None:
    fields, _, seen = read
    doubted = {"full_name": fields["full_name"].with_changes(evidence=DOUBT)}
    looked = look_again(KIND, doubted, {1: seen}, [_Silent(may_be_asked=True)], 60)["full_name"]
    assert looked.value == fields["full_name"].value
    assert (looked.evidence.looks, looked.evidence.agreeing) == (1, 0)


def test_one_reading_alone_does_not_change_a_value(read: tuple) -> None:
    fields, _, seen = read
    wrong = fields["full_name"].with_changes(value="Sai Hẳn", raw="SAI HẲN", evidence=DOUBT)
    looked = look_again(KIND, {"full_name": wrong}, {1: seen}, open_engines((EngineName.TESSERACT,)), 60)
    assert looked["full_name"].value == "Sai Hẳn"
    assert looked["full_name"].evidence.agreeing == 0


def test_what_could_not_be_read_needs_two_readings(read: tuple) -> None:
    fields, true, seen = read
    unread = {"personal_id": fields["personal_id"].with_changes(value=None, evidence=DOUBT)}
    one = look_again(KIND, unread, {1: seen}, open_engines((EngineName.TESSERACT,)), 60)["personal_id"]
    two = look_again(KIND, unread, {1: seen}, open_engines(tuple(EngineName)), 60)["personal_id"]
    assert one.value is None
    assert same_value("death_certificate", "personal_id", true["personal_id"], two.value)


def test_a_place_of_the_table_outweighs_a_misspelt_one_read_twice() -> None:
    known = "xã Đức Liễu, huyện Bù Đăng, tỉnh Bình Phước"
    misread = known.replace("Liễu", "Liều")
    value = FieldValue(
        value=known, raw=known, confidence=0.5, page_number=1, box=(0, 0, 9, 9), evidence=DOUBT
    )
    assert _vote(value, ValueKind.TEXT, _both(misread)).value == known
    other = value.with_changes(value="một nơi", raw="một nơi")
    assert _vote(other, ValueKind.TEXT, _both("một nới")).value == "một nới"


def _both(raw: str) -> dict[str, tuple[str, ...]]:
    return {"tesseract": (raw,), "trueocr": (raw,)}


def _number(raw: str) -> FieldValue:
    return FieldValue(value=raw, raw=raw, confidence=0.5, page_number=1, box=(0, 0, 9, 9), evidence=DOUBT)


def test_an_engine_that_says_the_same_twice_is_one_vote() -> None:
    looked = _vote(
        _number("213/2023"), ValueKind.CODE, {"tesseract": ("218/2023", "218/2023"), "trueocr": ()}
    )
    assert looked.value == "213/2023"
    assert (looked.evidence.agreeing, looked.evidence.alike) == (0, 0)


def test_either_of_an_engines_readings_confirms() -> None:
    readings = {"tesseract": ("218/2023", "213/2023"), "trueocr": ("213/2023",)}
    looked = _vote(_number("213/2023"), ValueKind.CODE, readings)
    assert looked.evidence.agreeing_engines == ("tesseract", "trueocr")


def test_a_sign_lost_between_digits_is_no_other_number() -> None:
    looked = _vote(_number("213/2023"), ValueKind.CODE, {"tesseract": ("2132023",), "trueocr": ("213/203",)})
    assert (looked.evidence.agreeing, looked.evidence.alike) == (0, 1)


def test_a_mark_lost_is_alike_and_not_the_same() -> None:
    value = _number("HỒ THỊ MỸ DUNG").with_changes(value="Hồ Thị Mỹ Dung")
    readings = {"tesseract": ("HÕ THI MY DUNG",), "trueocr": ("HỒ THỊ MỸ DUNG",)}
    looked = _vote(value, ValueKind.PERSON_NAME, readings)
    assert looked.evidence.agreeing_engines == ("trueocr",)
    assert looked.evidence.alike == 2


class _Reader(_Silent):
    """Counts how often it is asked, and at which size."""

    def __init__(self) -> None:
        super().__init__(may_be_asked=True)
        self.asked: list[int] = []

    def read(self, gray: Gray, dpi: int, layout: Layout, timeout_seconds: int) -> tuple[Line, ...]:
        self.asked.append(dpi)
        return super().read(gray, dpi, layout, timeout_seconds)


def test_what_is_not_confirmed_is_shown_a_second_time_smaller(read: tuple) -> None:
    fields, _, seen = read
    reader = _Reader()
    look_again(KIND, {"full_name": fields["full_name"].with_changes(evidence=DOUBT)}, {1: seen}, [reader], 60)
    assert reader.asked == [seen[0].dpi, round(seen[0].dpi * 0.75)]


def test_what_is_confirmed_is_not_shown_again(read: tuple) -> None:
    fields, _, seen = read
    (tesseract,) = open_engines((EngineName.TESSERACT,))
    asked: list[int] = []

    class Counted(_Silent):
        def read(self, gray: Gray, dpi: int, layout: Layout, timeout_seconds: int) -> tuple[Line, ...]:
            asked.append(dpi)
            return tesseract.read(gray, dpi, layout, timeout_seconds)

    doubted = {"personal_id": fields["personal_id"].with_changes(evidence=DOUBT)}
    look_again(KIND, doubted, {1: seen}, [Counted(may_be_asked=True)], 60)
    assert asked == [seen[0].dpi]


def test_each_line_has_a_row_of_its_own(read: tuple) -> None:
    fields, _, seen = read
    heights: list[int] = []

    class Measured(_Silent):
        def read(self, gray: Gray, dpi: int, layout: Layout, timeout_seconds: int) -> tuple[Line, ...]:
            heights.append(gray.shape[0])
            return super().read(gray, dpi, layout, timeout_seconds)

    names = ("personal_id", "died_at", "last_residence", "full_name")
    doubted = {name: fields[name].with_changes(evidence=DOUBT) for name in names}
    look_again(KIND, doubted, {1: seen}, [Measured(may_be_asked=True)], 60)
    lines = [box.height for value in doubted.values() for box in value.lines]
    assert heights[0] > 1.5 * sum(lines)


def test_words_are_found_at_the_smaller_size_too(read: tuple, monkeypatch: pytest.MonkeyPatch) -> None:
    fields, _, seen = read
    monkeypatch.setattr(rereading, "_SIZES", (0.75,))
    names = ("personal_id", "died_at", "last_residence", "cause_of_death")
    doubted = {name: fields[name].with_changes(evidence=DOUBT) for name in names}
    looked = look_again(KIND, doubted, {1: seen}, open_engines((EngineName.TESSERACT,)), 60)
    assert {name: value.evidence.agreeing for name, value in looked.items()} == dict.fromkeys(names, 1)


def test_a_letter_among_the_same_digits_is_no_other_number() -> None:
    readings = {"tesseract": ("10/08/2043",), "trueocr": ("10/08I2043",)}
    day = _number("10/08/2043").with_changes(value="2043-08-10")
    looked = _vote(day, ValueKind.DATE, readings)
    assert (looked.evidence.agreeing, looked.evidence.alike) == (1, 2)


def test_values_of_many_are_not_read_again() -> None:
    rule = document_types()["land_use_certificate"].fields["holder_name"]
    line = Box(0, 0, 9, 9)
    value = _number("Trần Văn An; Lê Thị Bình").with_changes(lines=(line,))
    assert rule.many
    assert not is_doubted(value, rule)
    assert is_doubted(value, KIND.fields["full_name"])
