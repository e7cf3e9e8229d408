"""Labels that no list has: found by what they share with known labels, one small page for each kind."""

import time
from random import Random

import pytest
from written_sheets import empty_sheet, read, titled, write

from bench.form_reading import page_of, read_forms
from bench.forms import score
from bench.labels import FAMILIES, leave_types_out, read_samples
from ocr.extraction.fields import read_listed
from ocr.extraction.form import Form
from ocr.extraction.label_matching import label_key, label_keys
from ocr.extraction.phrases import count_unexplained, find_phrases
from ocr.extraction.unlisted_labels import candidates, find_unlisted, scorer
from schemas.catalogue import document_types
from schemas.paper import UNKNOWN, Extract

_BIRTH = "GIẤY KHAI SINH"


def _one(*lines: str) -> Extract:
    (extract,) = read(write(titled(_BIRTH), lines))
    return extract


def _known(field: str) -> frozenset[str]:
    rule = document_types()["birth_certificate"].fields[field]
    return label_keys(tuple(label for finder in rule.find for label in finder.labels))


def test_a_label_worded_otherwise_is_taken_with_less_trust() -> None:
    assert label_key("Nơi cháu bé sinh ra") not in _known("place_of_birth")
    extract = _one(
        "Họ, chữ đệm, tên: TRẦN VĂN AN",
        "Ngày, tháng, năm sinh: 05/03/2015",
        "Nơi cháu bé sinh ra: Trạm y tế xã Đức Liễu, huyện Bù Đăng, tỉnh Bình Phước",
        "Dân tộc: Kinh",
    )
    place = extract.fields["place_of_birth"]
    assert place.value == "Trạm y tế xã Đức Liễu, huyện Bù Đăng, tỉnh Bình Phước"
    assert place.evidence.unlisted
    assert place.evidence.label < 1
    assert not extract.fields["ethnicity"].evidence.unlisted


def test_a_longer_label_is_not_the_shorter_one_it_begins_with() -> None:
    extract = _one("Họ, chữ đệm, tên: TRẦN VĂN AN", "Quốc tịch ghi thêm sau này nếu có: Lào")
    nationality = extract.fields.get("nationality")
    assert nationality is None or nationality.evidence.unlisted


def test_a_value_ends_where_an_unknown_label_begins() -> None:
    extract = _one("Dân tộc: Tày Tôn giáo ghi thêm: Không", "Quốc tịch: Việt Nam", "Bí danh thường gọi: Tư")
    assert extract.fields["ethnicity"].value == "Tày"
    assert extract.fields["nationality"].value == "Việt Nam"


def test_values_with_colons_inside_stay_whole() -> None:
    (extract,) = read(
        write(
            titled("GIẤY CHỨNG NHẬN", "QUYỀN SỬ DỤNG ĐẤT"),
            ["Hình thức sử dụng: Sử dụng riêng: 300 m2; Sử dụng chung: Không"],
        )
    )
    assert extract.fields["use_form"].value == "Sử dụng riêng: 300 m2; Sử dụng chung: Không"


def test_what_is_listed_as_another_thing_names_no_field() -> None:
    extract = _one("Họ, chữ đệm, tên: TRẦN VĂN AN", "Số điện thoại: 0912345678", "Ghi chú: Không")
    assert not any(field.evidence.unlisted for field in extract.fields.values())


def test_phrases_are_words_without_a_listed_label() -> None:
    sheet = write(
        titled(_BIRTH), ["1. Nơi bé sinh ra / Born at: xã Đức Liễu", "Dân tộc: Kinh", "0123 4567: x"]
    )
    form = Form(document_types()["birth_certificate"], [page_of(sheet, 1, 0.0, Random(1))])
    beside, _ = find_phrases(form)
    assert [phrase.label for phrase in beside] == ["Nơi bé sinh ra"]


def test_a_page_made_of_labels_keeps_nobody_busy() -> None:
    lines = ["Nơi cháu sinh: Ngày sinh: 05/03/2015"] * 40
    sheets = [write(titled(_BIRTH), lines), *(write(empty_sheet(), lines) for _ in range(7))]
    begun = time.process_time()
    (extract,) = read(*sheets)
    assert len(extract.pages) == 8
    assert time.process_time() - begun < 5


@pytest.mark.slow
def test_a_type_that_was_left_out_is_read_by_what_others_taught() -> None:
    kinds = sorted(set(document_types()) - {UNKNOWN})
    samples = [s for kind in kinds for family in FAMILIES[:12] for s in read_samples((kind, family, 0))]
    taken = [row[2:] for row in leave_types_out(samples).rows]
    count = sum(int(row[0]) for row in taken)
    right = sum(int(row[1].split()[0]) for row in taken)
    assert count > 80
    assert right / count > 0.85


@pytest.mark.slow
def test_half_of_what_unknown_labels_cost_comes_back() -> None:
    families = range(3000, 3004)
    listed, unlisted = (score(list(read_forms(families, [0], unlisted=share))).recall for share in (0.0, 0.3))
    assert listed - unlisted < 0.07  # 0.14 and more without the trees


def _form(*lines: str, of: str = "birth_certificate", title: str = _BIRTH) -> Form:
    sheet = write(titled(title), lines)
    return Form(document_types()[of], [page_of(sheet, 1, 0.0, Random(1))])


def test_one_phrase_is_the_label_of_one_field() -> None:
    form = _form("Họ, chữ đệm, tên: TRẦN VĂN AN", "Ngày cháu sinh: 05/03/2015")
    fields = read_listed(form)
    likely = [c for c in candidates(form, fields) if scorer().probability(c.features) > 0.05]
    chosen = find_unlisted(form, fields)
    assert len({candidate.phrase for candidate in likely}) <= len(likely)
    boxes = [found.label_box for found in chosen.values()]
    assert len(boxes) == len(set(boxes))


def test_a_label_that_led_to_nothing_is_held_against_what_is_missing() -> None:
    whole = document_types()["birth_certificate"]
    rule = whole.fields["mother_nationality"]
    unlisted = rule.with_changes(
        find=tuple(finder.with_changes(labels=("Nước của mẹ",)) for finder in rule.find[:1])
    )
    kind = whole.with_changes(fields={**whole.fields, "mother_nationality": unlisted})
    assert "Ghi chú" in kind.stops
    lines = ["Quốc tịch: Việt Nam", "Họ và tên mẹ: LÊ THỊ MAI", "Quốc tịch: Lào", "Ghi chú: Lào"]
    form = Form(kind, [page_of(write(titled(_BIRTH), lines), 1, 0.0, Random(1))])
    fields = read_listed(form)
    assert "mother_nationality" not in fields
    held = {c.found.raw for c in candidates(form, fields) if c.field == "mother_nationality"}
    assert "Lào" in held
    rows = {c.phrase[0] for c in candidates(form, fields)}
    stop = next(at for at, row in enumerate(form.rows) if row.text.startswith("Ghi chú"))
    assert stop not in rows, "it is on the list of what is no field"


def test_a_value_with_a_colon_inside_is_explained() -> None:
    form = _form(
        "Hình thức sử dụng:",
        "Riêng từng phần: 300 m2",
        of="land_use_certificate",
        title="GIẤY CHỨNG NHẬN QUYỀN SỬ DỤNG ĐẤT",
    )
    fields = read_listed(form)
    assert fields["use_form"].value == "Riêng từng phần: 300 m2"
    assert count_unexplained(form, fields) == 0
