"""Labels and values in running text, in lists, side by side: one small page for each way to misread them."""

import pytest
from written_sheets import empty_sheet, read, titled, write_at
from written_sheets import write as write_lines

from samples.drawing.canvas import px
from samples.forms.sheet import LEFT, Sheet

_FULL_LINE = "Xét đề nghị của ông Trần Văn Khải, công chức xã, về việc"


def _write(sheet: Sheet, *lines: str) -> None:
    """Further paragraphs, wrapped where the line is full."""
    write_lines(sheet, lines)


def _values(sheet: Sheet) -> dict[str, object]:
    (extract,) = read(sheet)
    return {name: field.value for name, field in extract.fields.items()}


def test_words_of_a_label_that_a_sentence_goes_on_with_are_none() -> None:
    sheet = titled("GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN")
    write_at(sheet, (LEFT, f"{_FULL_LINE} xin cấp Giấy xác nhận"))
    write_at(sheet, (LEFT, "tình trạng hôn nhân theo quy định của pháp luật"))
    write_at(sheet, (LEFT, "Họ và tên: TRẦN VĂN AN"))
    write_at(sheet, (LEFT, "Tình trạng hôn nhân: Chưa đăng ký kết hôn với ai"))
    assert _values(sheet)["marital_status"] == "Chưa đăng ký kết hôn với ai"


def test_a_label_in_small_letters_stands_in_a_sentence() -> None:
    sheet = titled("GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN")
    write_at(sheet, (LEFT, f"{_FULL_LINE} xin cấp Giấy xác nhận tình"))
    write_at(sheet, (LEFT, "trạng hôn nhân cho ông/bà Lê Thanh Trang"))
    assert _values(sheet)["full_name"] == "Lê Thanh Trang"


def test_a_value_inside_a_line_goes_on_where_the_text_does() -> None:
    sheet = titled("GIẤY PHÉP XÂY DỰNG")
    write_at(sheet, (LEFT, "1. Cấp cho: VÕ ĐỨC THÀNH KHÁNH - Địa chỉ: Tổ 5, xã Mỹ Yên, huyện Đại"))
    write_at(sheet, (LEFT, "Từ, tỉnh Thái Nguyên"))
    write_at(sheet, (LEFT, "+ Vị trí xây dựng: thửa đất số 122, tờ bản đồ số 12, xã Định Biên"))
    values = _values(sheet)
    assert values["holder_address"] == "Tổ 5, xã Mỹ Yên, huyện Đại Từ, tỉnh Thái Nguyên"
    assert values["location"] == "xã Định Biên"
    assert values["parcel_number"] == "122"


def test_a_line_that_hangs_under_its_value_goes_on_though_the_one_above_has_room() -> None:
    sheet = titled("GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN")
    write_at(sheet, (LEFT, f"{_FULL_LINE} đề nghị."))
    write_at(sheet, (LEFT, "Nơi cư trú:"), (px(90), "Tổ 6, xã Bản"))
    write_at(sheet, (px(90), "Ngoại, tỉnh Thái Nguyên"))
    write_at(sheet, (LEFT, "Dân tộc:"), (px(90), "Tày"))
    assert _values(sheet)["residence"] == "Tổ 6, xã Bản Ngoại, tỉnh Thái Nguyên"


def test_what_counts_the_next_label_is_no_value() -> None:
    sheet = titled("GIẤY KHAI SINH")
    _write(
        sheet,
        "a) Họ, chữ đệm, tên: LÊ THỊ HOA",
        "b) Quốc tịch: Việt Nam",
        "f Sinh tại: Bệnh viện A Thái Nguyên",
    )
    write_at(sheet, (LEFT, "g) Dân tộc: h) Giới tính: Nữ"))
    values = _values(sheet)
    assert (values["nationality"], values["gender"]) == ("Việt Nam", "female")
    assert values["place_of_birth"] == "Bệnh viện A Thái Nguyên"
    assert values.get("ethnicity") is None


def test_a_label_on_two_lines_of_its_cell_may_be_counted() -> None:
    sheet = titled("GIẤY PHÉP XÂY DỰNG")
    write_at(sheet, (LEFT, "1. Cấp cho:"), (px(100), "VÕ ĐỨC KHÁNH"))
    write_at(sheet, (LEFT, "2. Được phép xây dựng công"), (px(100), "Sửa chữa nhà ở riêng lẻ"))
    write_at(sheet, (LEFT, "trình:"))
    assert _values(sheet)["works"] == "Sửa chữa nhà ở riêng lẻ"


def test_two_languages_are_one_label_before_a_value() -> None:
    sheet = titled("GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN")
    write_at(sheet, (LEFT, "Tình trạng hôn nhân / Marital status: Đang có vợ là bà Nông Thị Bích, tỉnh"))
    write_at(sheet, (LEFT, "Bình Phước cấp ngày 18/11/2021"))
    value = _values(sheet)["marital_status"]
    assert value == "Đang có vợ là bà Nông Thị Bích, tỉnh Bình Phước cấp ngày 18/11/2021"


def test_a_value_before_a_label_is_no_part_of_it() -> None:
    sheet = titled("GIẤY KHAI SINH")
    _write(sheet, "Họ và tên: LÊ THỊ HOA", "- Nam, nữ: Nữ Ngày sinh: 23-09-2012")
    values = _values(sheet)
    assert (values["gender"], values["date_of_birth"]) == ("female", "2012-09-23")


def test_what_is_to_be_written_stands_in_brackets_and_is_no_label() -> None:
    sheet = titled("GIẤY CHỨNG NHẬN ĐĂNG KÝ DOANH NGHIỆP")
    _write(sheet, "Mã số doanh nghiệp: 0101243150", "Tên công ty: CÔNG TY TNHH ĐỨC PHONG")
    _write(sheet, "(Ký, ghi rõ họ tên, chức vụ và đóng dấu)")
    assert "representative_title" not in _values(sheet)


def test_labels_said_again_in_a_line_are_of_two_columns() -> None:
    sheet = titled("GIẤY CHỨNG NHẬN KẾT HÔN")
    write_at(sheet, (px(62), "Người vợ"), (px(142), "Người chồng"))
    for label, wife, husband in (
        ("Họ và tên", "Lê Ngọc Hằng Quỳnh", "Hoàng Ngọc Yến"),
        ("Ngày, tháng, năm sinh", "27/11/2008", "26/5/1984"),
        ("Dân tộc", "Ơ Đu", "Kinh"),
        ("Quốc tịch", "Việt Nam", "Lào"),
    ):
        apart = px(4 + 2.5 * len(label))
        write_at(
            sheet,
            (LEFT, f"1. {label}"),
            (LEFT + apart, wife),
            (px(104), f"2. {label}"),
            (px(106) + apart, husband),
        )
    values = _values(sheet)
    assert (values["wife_full_name"], values["husband_full_name"]) == ("Lê Ngọc Hằng Quỳnh", "Hoàng Ngọc Yến")
    assert (values["wife_ethnicity"], values["husband_ethnicity"]) == ("Ơ Đu", "Kinh")
    assert (values["wife_nationality"], values["husband_nationality"]) == ("Việt Nam", "Lào")


def test_labels_without_colons_beside_most_lines_are_no_notes() -> None:
    sheet = titled("GIẤY KHAI SINH")
    for label, value, more in (
        ("Họ và tên", "Giàng Thị Mai", ""),
        ("Giới tính", "Nữ", ""),
        ("Dân tộc", "Lào", ""),
        ("Quốc tịch", "Việt Nam", ""),
        ("Nơi sinh", "Bệnh viện Đa khoa tỉnh Bình Phước, phường", "Tiến Thành, thành phố Đồng Xoài"),
        ("Nguyên quán", "xã Phú Nghĩa, huyện Bù Gia Mập, tỉnh", "Bình Phước"),
    ):
        write_at(sheet, (LEFT, label), (px(100), value))
        if more:
            write_at(sheet, (px(100), more))
    values = _values(sheet)
    assert (values["full_name"], values["ethnicity"], values["gender"]) == ("Giàng Thị Mai", "Lào", "female")


def test_the_unit_that_a_label_ends_with_belongs_to_the_place() -> None:
    sheet = titled("GIẤY CHỨNG NHẬN", "QUYỀN SỬ DỤNG ĐẤT")
    _write(
        sheet,
        "Được quyền sử dụng 8.360 m2 đất, tại xã Phúc Lộc, thành phố Tuyên Quang, tỉnh Tuyên Quang, "
        "theo bản đồ số 08, thửa số 1489",
    )
    values = _values(sheet)
    assert values["parcel_address"] == "xã Phúc Lộc, thành phố Tuyên Quang, tỉnh Tuyên Quang"
    assert (values["area_m2"], values["map_sheet"], values["parcel_number"]) == (8360, "08", "1489")


def test_a_place_ends_where_the_days_of_living_there_begin() -> None:
    sheet = titled("GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN")
    _write(
        sheet,
        "Họ và tên: TRẦN VĂN AN",
        "Trong thời gian cư trú tại: xã Bản Ngoại, huyện Đại Từ, tỉnh Thái Nguyên từ ngày",
    )
    _write(sheet, "11/12/2009, đến ngày 11/12/2019")
    assert _values(sheet)["residence"] == "xã Bản Ngoại, huyện Đại Từ, tỉnh Thái Nguyên"


@pytest.mark.parametrize("capacity", ["KT. TRƯỞNG PHÒNG", "KT TRƯỞNG PHÒNG"])
def test_for_whom_somebody_signs_may_lose_its_dot(capacity: str) -> None:
    sheet = titled("QUYẾT ĐỊNH", "Về việc cấp phép")
    _write(sheet, "Điều 1. Cấp phép xây dựng cho ông Võ Đức Khánh.")
    sheet.y += 3 * sheet.step
    for line in (capacity, "PHÓ TRƯỞNG PHÒNG"):
        write_at(sheet, (px(130), line))
    sheet.y += 3 * sheet.step
    write_at(sheet, (px(132), "Lê Văn Nam"))
    values = _values(sheet)
    assert (values["signer_capacity"], values["signer_title"]) == ("KT.", "PHÓ TRƯỞNG PHÒNG")


@pytest.mark.parametrize(
    ("title", "line", "field", "value"),
    [
        ("PHIẾU YÊU CẦU CUNG CẤP THÔNG TIN, DỮ LIỆU ĐẤT ĐAI", "Họ và tên: TRẦN VĂN AN", "title", None),
        ("TRANG BỔ SUNG", "Thửa đất số: 12 Tờ bản đồ số: 7", "map_sheet", "7"),
        ("GIẤY PHÉP XÂY DỰNG", "S: 33/GPXD", "permit_number", "33/GPXD"),
    ],
)
def test_titles_and_numbers_as_they_are_printed_and_misread(
    title: str, line: str, field: str, value: str | None
) -> None:
    sheet = titled(title)
    _write(sheet, line, "Cấp cho: VÕ ĐỨC KHÁNH")
    assert _values(sheet)[field] == (value or title)


def test_a_stamp_below_a_value_ends_it() -> None:
    sheet = empty_sheet()
    sheet.centre(px(105), "GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN")
    sheet.y += 2 * sheet.step
    _write(sheet, "Họ và tên: TRẦN VĂN AN", "Quốc tịch: Việt Nam", "(Ký, ghi rõ họ tên, chức vụ và đóng dấu)")
    assert _values(sheet)["nationality"] == "Việt Nam"


def test_one_line_over_the_margin_does_not_make_the_others_short() -> None:
    sheet = titled("GIẤY PHÉP XÂY DỰNG")
    for number in range(3):
        write_at(sheet, (LEFT, f"Mục số {number}: {_FULL_LINE} và còn nữa"))
    write_at(sheet, (LEFT, "Địa chỉ: thôn Bản Ngoại, xã Bản Ngoại, gần chợ cũ và đường lớn, huyện Đại"))
    write_at(sheet, (LEFT, "Từ, tỉnh Thái Nguyên"))
    write_at(sheet, (LEFT, f"Ghi chú: {_FULL_LINE} và còn nữa những điều"))
    assert str(_values(sheet)["holder_address"]).endswith("huyện Đại Từ, tỉnh Thái Nguyên")


@pytest.mark.parametrize(("label", "field"), [("Nơi cư trú:", "residence"), ("Quốc tịch:", "nationality")])
def test_a_label_without_a_value_has_not_the_next_label_for_one(label: str, field: str) -> None:
    sheet = titled("GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN")
    _write(sheet, "Họ và tên: TRẦN VĂN AN", label, "h) Giấy tờ tùy thân")
    assert _values(sheet).get(field) is None
