"""Words of a long text are confirmed one by one, and mended where all engines read another."""

import pytest

from ocr.extraction.rereading import _vote
from ocr.extraction.word_votes import mend, unconfirmed, unseen
from schemas.base.geometry import Box
from schemas.document_type import ValueKind
from schemas.paper import Evidence, FieldValue

_SUBJECT = "Về việc công bố thủ tục mới, lĩnh vực Đường bộ"


def _looks(tesseract: tuple[str, ...], trueocr: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    return {"tesseract": tesseract, "trueocr": trueocr}


@pytest.mark.parametrize(
    ("raw", "tesseract", "trueocr", "mended"),
    [
        (
            "Về việc công bế thủ tục",
            ("Về việc công bố thủ tục",) * 2,
            ("Vế việc công bố thủ tục",),
            "bế → bố",
        ),
        ("(H2 vực: Đường bộ)", ("(Lĩnh vực: Đường bộ)",) * 2, ("(Lũnh vực: Đường bộ)",) * 2, "H2 → Lĩnh"),
        ("tổ 4, Phố Huế", ("tổ 4 Phổ Huế",) * 2, ("tổ 4, Phố Huế",), ""),
        ("thuộc thẩm quyền", ("thuộc thâm quyền",) * 2, ("thuộc thâm quyền",) * 2, ""),
        ("nhà dột nát", ("nhà đột nát",) * 2, ("nhà dốt nát",) * 2, ""),
        ("nhà dột nát", ("nhà đột nát",), ("nhà đột nát",), ""),
        ("BAN NHÂN DÂN", ("BANNHÂN DÂN",) * 2, ("BANNHÂN DÂN",) * 2, ""),
    ],
    ids=["both", "no syllable", "stands there", "mark lost", "a third way", "once each", "glued"],
)
def test_a_word_is_mended_where_engines_agree(
    raw: str, tesseract: tuple[str, ...], trueocr: tuple[str, ...], mended: str
) -> None:
    old, new = mended.split(" → ") if mended else ("", "")
    assert mend(raw, _looks(tesseract, trueocr)) == raw.replace(old, new)


def test_signs_around_a_word_stay() -> None:
    assert mend("(xã Tinh,", _looks(("xã Tịnh",) * 2, ("xã Tịnh.",))) == "(xã Tịnh,"


def test_one_engine_alone_mends_nothing() -> None:
    assert mend("công bế", {"tesseract": ("công bố", "công bố")}) == "công bế"


def test_each_word_is_confirmed_at_one_size_or_another() -> None:
    first, second = _SUBJECT.replace("thủ", "thú"), _SUBJECT.replace("bố", "bô")
    assert unconfirmed(_SUBJECT, _looks((first, second), (first,))) == {"tesseract": 0, "trueocr": 1}
    assert unseen(_SUBJECT, _looks((first, second), (first,))) == 0
    assert unseen(_SUBJECT, _looks((first,), (first,))) == 1


def test_what_is_read_beside_a_line_changes_nothing() -> None:
    beside = _SUBJECT.replace("mới,", "mới, -- .2 5 - :")
    assert unconfirmed(_SUBJECT, _looks((beside,), (beside,))) == {"tesseract": 0, "trueocr": 0}


def test_a_dash_is_no_word() -> None:
    assert unconfirmed("Ất Tỵ - năm", _looks(("Ất Tỵ năm",), ("Ất Ty - - năm",))) == {
        "tesseract": 0,
        "trueocr": 1,
    }


def test_a_text_confirmed_in_pieces_has_the_engine_for_it_and_a_number_has_not() -> None:
    def voted(kind: ValueKind, value: str, *readings: str) -> Evidence:
        shown = FieldValue(
            value=value, raw=value, confidence=0.5, page_number=1, box=Box(0, 0, 9, 9), evidence=Evidence()
        )
        return _vote(shown, kind, {"tesseract": readings, "trueocr": ("",)}).evidence

    text = voted(ValueKind.TEXT, "thủ tục đất đai", "thú tục đất đai", "thủ tục đất dai")
    assert (text.agreeing_engines, text.alike, text.unseen) == (("tesseract",), 1, 0)
    assert voted(ValueKind.TEXT, "thủ tục đất đai", "thú tục đất đai").unseen == 1
    number = voted(ValueKind.DIGITS, "12 34", "12 35", "13 34")
    assert (number.agreeing_engines, number.unseen) == ((), 0)
