"""Papers of layouts that nothing was made on: sheets of the grammar, and the kinds of layout one by one."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from written_sheets import empty_sheet, read, titled, write

from bench.form_reading import read_form
from bench.forms import score
from ocr.extraction.value_parsers import parse_value
from samples.drawing.canvas import px
from samples.forms.families import ARRANGEMENTS
from samples.forms.grammar import draw_foreign, draw_form
from samples.forms.sheet import LEFT, WIDTH, Sheet
from schemas.catalogue import document_types
from schemas.document_type import ValueKind
from schemas.paper import UNKNOWN, Extract

_FAMILIES = range(len(ARRANGEMENTS))
_KINDS = sorted(set(document_types()) - {UNKNOWN})


def test_families_are_read_however_they_are_laid_out_and_worded() -> None:
    papers = [read_form((kind, family, 0, 0.0, 0.0)) for kind in _KINDS for family in _FAMILIES]
    assert all(paper.is_told for paper in papers)
    assert score(papers).f1 > 0.92
    accepted = [
        (p, n) for p in papers for n, v in p.fields.items() if v.value is not None and not v.needs_review
    ]
    wrong = [(p.form.document_type, n) for p, n in accepted if not p.is_right(n)]
    assert len(wrong) < 0.02 * len(accepted), wrong


def test_papers_of_no_known_type_stay_unknown() -> None:
    told = [read_form((UNKNOWN, 0, seed, 0.0, 0.0)).types for seed in range(60)]
    assert sum(types == (UNKNOWN,) for types in told) >= 57, told


def test_a_paper_of_the_grammar_is_always_the_same() -> None:
    one, other = (draw_form("birth_certificate", 6, 3) for _ in range(2))
    assert one.fields == other.fields
    assert [sheet.runs for sheet in one.sheets] == [sheet.runs for sheet in other.sheets]
    assert draw_form("birth_certificate", 7, 3).labels != one.labels
    assert draw_foreign(4).sheets[0].runs == draw_foreign(4).sheets[0].runs


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        (("GIẤY CHỨNG NHẬN", "QUYỀN SỬ DỤNG ĐẤT"), "land_use_certificate"),
        (("TRÍCH LỤC KHAI TỬ (Bản sao)",), "death_certificate"),
        (("ĐƠN ĐĂNG KÝ, CẤP GIẤY CHỨNG NHẬN", "QUYỀN SỬ DỤNG ĐẤT"), "application_form"),
        (("GIẤY CHỨNG SINH",), UNKNOWN),
        (("TRÍCH LỤC CẢI CHÍNH HỘ TỊCH",), UNKNOWN),
    ],
)
def test_the_first_title_tells_the_type(title: tuple[str, ...], kind: str) -> None:
    sheet = write(titled(*title), ["Họ và tên: Trần Văn An", "Ngày sinh: 01/02/1990"])
    assert [extract.document_type for extract in read(sheet)] == [kind]


def test_a_second_page_without_a_title_goes_on_with_the_paper() -> None:
    first = write(titled("GIẤY KHAI SINH"), ["Họ, chữ đệm, tên: TRẦN VĂN AN"])
    second = write(empty_sheet(), ["Họ, chữ đệm, tên người mẹ: LÊ THỊ HÀ", "Năm sinh: 1980"])
    (extract,) = read(first, second)
    assert extract.pages == (1, 2)
    assert extract.fields["mother_full_name"].value == "Lê Thị Hà"
    assert len(read(first, titled("GIẤY CAM ĐOAN"))) == 2


def _marriage(draw: Callable[[Sheet], None]) -> Extract:
    sheet = titled("GIẤY CHỨNG NHẬN KẾT HÔN")
    draw(sheet)
    write(sheet, ["Nơi đăng ký kết hôn: Ủy ban nhân dân xã Đức Liễu, huyện Bù Đăng, tỉnh Bình Phước"])
    (extract,) = read(sheet)
    return extract


_ROWS = (
    ("Họ và tên", "TRẦN THỊ AN", "LÊ VĂN BÌNH"),
    ("Ngày sinh", "01/02/1990", "03/04/1988"),
    ("Dân tộc", "Kinh", "Tày"),
)


def _check_couple(extract: Extract) -> None:
    values = {name: field.value for name, field in extract.fields.items()}
    assert (values["wife_full_name"], values["husband_full_name"]) == ("Trần Thị An", "Lê Văn Bình")
    assert (values["wife_date_of_birth"], values["husband_date_of_birth"]) == ("1990-02-01", "1988-04-03")
    assert (values["wife_ethnicity"], values["husband_ethnicity"]) == ("Kinh", "Tày")


def test_two_persons_in_a_table_whose_labels_stand_at_the_left() -> None:
    def draw(sheet: Sheet) -> None:
        for middle, head in ((px(85), "VỢ"), (px(150), "CHỒNG")):
            sheet.centre(middle, head)
        sheet.y += sheet.step
        for row in _ROWS:
            for x, text in zip((LEFT, px(68), px(130)), row, strict=True):
                sheet.write(x, sheet.y, text)
            sheet.y += sheet.step

    _check_couple(_marriage(draw))


def test_two_persons_in_columns_under_heads_with_the_same_labels() -> None:
    def draw(sheet: Sheet) -> None:
        for middle, head in ((px(65), "BÊN NỮ"), (px(150), "BÊN NAM")):
            sheet.centre(middle, head)
        sheet.y += sheet.step
        for label, left, right in _ROWS:
            sheet.write(LEFT, sheet.y, f"{label}: {left}")
            sheet.write(px(112), sheet.y, f"{label}: {right}")
            sheet.y += sheet.step

    _check_couple(_marriage(draw))


def _business(*lines: str) -> dict[str, object]:
    (extract,) = read(write(titled("GIẤY CHỨNG NHẬN ĐĂNG KÝ DOANH NGHIỆP"), lines))
    return {name: field.value for name, field in extract.fields.items()}


def test_the_second_language_is_no_value() -> None:
    values = _business(
        "Mã số doanh nghiệp / Enterprise code: 3800100062",
        "Địa chỉ trụ sở chính / Head office address: Thôn 2, xã Đức Liễu, huyện Bù Đăng, tỉnh Bình Phước",
        "Vốn điều lệ / Charter capital: 5.000.000.000 đồng",
    )
    assert values["enterprise_code"] == "3800100062"
    assert values["head_office"] == "Thôn 2, xã Đức Liễu, huyện Bù Đăng, tỉnh Bình Phước"
    assert values["charter_capital"] == 5_000_000_000


def test_a_value_goes_on_where_its_line_is_full_and_nowhere_else() -> None:
    long = "Số 12 đường Nguyễn Huệ, khu phố Phú Thịnh, phường Tân Phú, thành phố Đồng Xoài, tỉnh Bình Phước"
    values = _business(f"Địa chỉ trụ sở chính: {long}", "Vốn điều lệ: 900.000.000 đồng")
    assert values["head_office"] == long
    values = _business("Địa chỉ trụ sở chính: Đồng Xoài", "Rất mong được sự quan tâm của quý cơ quan")
    assert values["head_office"] == "Đồng Xoài"


def test_a_value_stands_under_its_label_also_when_it_is_a_date() -> None:
    sheet = write(titled("TRÍCH LỤC KHAI TỬ"), ["Họ và tên:", "TRẦN VĂN AN", "Ngày, tháng, năm sinh:"])
    (extract,) = read(write(sheet, ["ngày 05 tháng 01 năm 1940", "Dân tộc:", "Kinh"]))
    assert extract.fields["full_name"].value == "Trần Văn An"
    assert extract.fields["date_of_birth"].value == "1940-01-05"
    assert extract.fields["ethnicity"].value == "Kinh"


def test_who_signs_for_whom_is_the_sign_alone() -> None:
    sheet = write(titled("QUYẾT ĐỊNH"), ["Căn cứ Luật Tổ chức chính quyền địa phương;"])
    for line in ("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH", "", "", "Trần Văn An"):
        sheet.centre(px(150), line)
        sheet.y += sheet.step
    (extract,) = read(sheet)
    values = {name: field.value for name, field in extract.fields.items()}
    assert (values["signer_capacity"], values["signer_title"]) == ("KT.", "PHÓ CHỦ TỊCH")
    assert values["signer_name"] == "Trần Văn An"


def test_a_label_on_two_lines_of_its_cell_is_one_label() -> None:
    sheet = titled("GIẤY CHỨNG NHẬN ĐĂNG KÝ DOANH NGHIỆP")
    for label, value in (
        ("Tên công ty viết bằng", "CÔNG TY TNHH THƯƠNG MẠI"),
        ("tiếng nước ngoài:", "DUC PHONG"),
        ("Vốn điều lệ:", "900.000.000 đồng"),
    ):
        sheet.write(LEFT, sheet.y, label)
        sheet.write(px(100), sheet.y, value)
        sheet.y += sheet.step
    (extract,) = read(sheet)
    assert str(extract.fields["foreign_name"].value).startswith("CÔNG TY TNHH THƯƠNG MẠI")
    assert extract.fields["charter_capital"].value == 900_000_000


def test_running_text_says_one_thing_after_the_other() -> None:
    line = "Tôi tên là Trần Thị An, sinh ngày 05/01/1990, CCCD số 070190004512, "
    line += "thường trú tại Thôn 2, xã Đức Liễu"
    (extract,) = read(write(titled("ĐƠN ĐỀ NGHỊ"), [line]))
    values = {name: field.value for name, field in extract.fields.items()}
    assert values["applicant_name"] == "Trần Thị An"
    assert values["date_of_birth"] == "1990-01-05"
    assert values["personal_id"] == "070190004512"
    assert values["residence"] == "Thôn 2, xã Đức Liễu"


def test_a_couple_in_one_sentence() -> None:
    line = "Chứng nhận ông Lê Văn Bình sinh năm 1988 và bà Trần Thị An sinh năm 1990 đã đăng ký kết hôn"
    (extract,) = read(write(titled("GIẤY CHỨNG NHẬN KẾT HÔN"), [f"{line} tại Ủy ban nhân dân xã Đức Liễu"]))
    values = {name: field.value for name, field in extract.fields.items()}
    assert (values["husband_full_name"], values["wife_full_name"]) == ("Lê Văn Bình", "Trần Thị An")
    assert (values["husband_date_of_birth"], values["wife_date_of_birth"]) == ("1988", "1990")


def test_what_counts_the_next_label_belongs_to_no_value() -> None:
    sheet = titled("GIẤY CHỨNG NHẬN", "QUYỀN SỬ DỤNG ĐẤT")
    sheet.write(LEFT, sheet.y, "6. Thửa đất số: 345")
    sheet.write(px(110), sheet.y, "7. Tờ bản đồ số: 09")
    sheet.y += sheet.step
    (extract,) = read(write(sheet, ["8. Diện tích:", "2036 m2"]))
    values = {name: field.value for name, field in extract.fields.items()}
    assert (values["parcel_number"], values["map_sheet"], values["area_m2"]) == ("345", "09", 2036)


def test_the_same_label_means_the_parcel_once_the_parcel_was_named() -> None:
    lines = [
        "Bà: TRẦN THỊ AN",
        "Địa chỉ: Thôn 2, xã Đức Liễu, huyện Bù Đăng, tỉnh Bình Phước",
        "a. thửa đất số: 345",
        "Địa chỉ: Thôn 7, xã Minh Hưng, huyện Bù Đăng, tỉnh Bình Phước",
    ]
    (extract,) = read(write(titled("GIẤY CHỨNG NHẬN", "QUYỀN SỬ DỤNG ĐẤT"), lines))
    values = {name: str(field.value) for name, field in extract.fields.items()}
    assert values["holder_address"].startswith("Thôn 2")
    assert values["parcel_address"].startswith("Thôn 7")


def test_a_heading_of_its_own_begins_its_section_again() -> None:
    lines = [
        "Họ và tên mẹ: LÊ THỊ HÀ",
        "Họ và tên cha: TRẦN VĂN BA",
        "NGƯỜI MẸ",
        "Nơi cư trú: Thôn 2, xã Đức Liễu",
    ]
    (extract,) = read(write(titled("GIẤY KHAI SINH"), lines))
    assert extract.fields["mother_residence"].value == "Thôn 2, xã Đức Liễu"
    assert "father_residence" not in extract.fields


def test_an_agency_goes_on_where_its_line_cannot_end() -> None:
    sheet = empty_sheet()
    for line in ("SỞ NÔNG NGHIỆP VÀ MÔI", "TRƯỜNG TỈNH BÌNH PHƯỚC", "Số: 12/QĐ-SNNMT"):
        sheet.write(LEFT, sheet.y, line)
        sheet.y += sheet.step
    sheet.centre(WIDTH // 2, "QUYẾT ĐỊNH")
    (extract,) = read(sheet)
    assert extract.fields["issuing_agency"].value == "SỞ NÔNG NGHIỆP VÀ MÔI TRƯỜNG TỈNH BÌNH PHƯỚC"


def test_a_name_ends_where_the_sentence_goes_on_and_is_never_one_word() -> None:
    assert parse_value(ValueKind.PERSON_NAME, "Nguyễn Văn An sinh năm 1990") == "Nguyễn Văn An"
    assert parse_value(ValueKind.PERSON_NAME, "Nguyễn Văn An, thường trú tại Hà Nội") == "Nguyễn Văn An"
    assert parse_value(ValueKind.PERSON_NAME, "Chủ") is None
    assert parse_value(ValueKind.DIGITS, "Khu phố 1, phường Thịnh Đán") is None
    assert parse_value(ValueKind.CODE, "GIẤY KHAI SINH") is None
    assert parse_value(ValueKind.DATE, "ngày: 20/11/2024") == "2024-11-20"


def test_what_stands_below_and_beside_a_value_is_told() -> None:
    lines = ["Địa chỉ trụ sở chính: Đồng Xoài", "Rất mong được sự quan tâm", "Vốn điều lệ: 900.000.000 đồng"]
    (extract,) = read(write(titled("GIẤY CHỨNG NHẬN ĐĂNG KÝ DOANH NGHIỆP"), lines))
    assert extract.fields["head_office"].evidence.followed
    assert not extract.fields["charter_capital"].evidence.followed


def test_a_name_like_the_end_of_a_longer_label_stays_a_name() -> None:
    lines = ["BÊN NỮ", "Họ và tên: HOÀNG THỊ AN", "BÊN NAM", "Họ và tên: VÕ VĂN BÌNH"]
    (extract,) = read(write(titled("GIẤY CHỨNG NHẬN KẾT HÔN"), lines))
    values = {name: field.value for name, field in extract.fields.items()}
    assert (values["wife_full_name"], values["husband_full_name"]) == ("Hoàng Thị An", "Võ Văn Bình")


def test_the_day_an_identity_paper_was_issued_is_not_the_papers() -> None:
    lines = ["Ông: TRẦN VĂN AN", "CMND số: 285123456", "Ngày cấp: 14/11/2017", "Thửa đất số: 345"]
    (extract,) = read(write(titled("GIẤY CHỨNG NHẬN", "QUYỀN SỬ DỤNG ĐẤT"), lines))
    assert "issued_on" not in extract.fields


def test_a_paper_is_whole_when_all_was_read_and_nothing_else() -> None:
    paper = next(p for f in range(40) if (p := read_form(("marriage_certificate", f, 0, 0.0, 0.0))).is_whole)
    some = next(iter(paper.form.fields))
    assert paper.extract
    less = {name: value for name, value in paper.fields.items() if name != some}
    assert not replace(paper, extract=paper.extract.with_changes(fields=less)).is_whole
    more = {**paper.fields, "nothing": paper.fields[some]}
    assert not replace(paper, extract=paper.extract.with_changes(fields=more)).is_whole
