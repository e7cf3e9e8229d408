"""Where a value ends, what is none, and what its surroundings tell: one small page for each kind."""

from random import Random

from written_sheets import empty_sheet, read, titled, write, write_at

from bench.form_reading import page_of
from ocr.extraction.form import Form
from ocr.extraction.splitting import recognise, split_papers
from ocr.text.tokens import rows_of
from samples.drawing.canvas import px
from samples.forms.sheet import LEFT, Sheet
from schemas.base.geometry import Box
from schemas.catalogue import document_types
from schemas.page import InkColour, Mark, MarkKind
from schemas.paper import Extract

_LAND = ("GIẤY CHỨNG NHẬN", "QUYỀN SỬ DỤNG ĐẤT")


def _one(sheet: Sheet) -> Extract:
    (extract,) = read(sheet)
    return extract


def test_labels_in_the_first_column_are_no_notes_in_the_margin() -> None:
    sheet = titled("GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN")
    for label, value in (("Họ và tên:", "TRẦN VĂN AN"), ("Dân tộc:", "Tày"), ("Quốc tịch:", "Lào")):
        write_at(sheet, (LEFT, label), (px(90), value))
    write_at(sheet, (LEFT, "Nơi cư trú:"), (px(90), "Tổ 6, xã Bản Ngoại, huyện Đại Từ, tỉnh"))
    write_at(sheet, (px(90), "Thái Nguyên"))  # most lines begin where the values do
    values = {name: field.value for name, field in _one(sheet).fields.items()}
    assert (values["full_name"], values["ethnicity"], values["nationality"]) == ("Trần Văn An", "Tày", "Lào")


def test_a_short_title_is_told_by_all_its_letters() -> None:
    sheet = empty_sheet()
    for line in ("ỦY BAN NHÂN DÂN XÃ PHÚ", "THƯỢNG"):
        sheet.write(LEFT, sheet.y, line)
        sheet.y += sheet.step
    sheet.centre(px(105), "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ")
    kind, _ = recognise(rows_of([page_of(sheet, 1, 0.0, Random(1))]))
    assert kind.id == "receipt_slip"


def test_a_notes_number_after_a_label_is_no_value() -> None:
    extract = _one(write(titled("ĐƠN ĐỀ NGHỊ"), ["Kính gửi: (1) Ủy ban nhân dân xã Đức Liễu"]))
    assert extract.fields["addressee"].value == "Ủy ban nhân dân xã Đức Liễu"


def test_names_of_the_central_highlands_sign_too() -> None:
    sheet = write(titled("GIẤY KHAI SINH"), ["Họ, chữ đệm, tên: TRẦN VĂN AN"])
    for line in ("CHỦ TỊCH", "", "K'Brốt Niê"):
        sheet.centre(px(150), line)
        sheet.y += sheet.step
    assert _one(sheet).fields["signer_name"].value == "K'Brốt Niê"


def test_the_number_between_title_and_subject_is_not_the_subject() -> None:
    sheet = titled("QUYẾT ĐỊNH")
    for line in ("Số: 717/QĐ-UBND", "Về việc phê duyệt kế hoạch ứng phó thiên tai"):
        sheet.centre(px(105), line)
        sheet.y += sheet.step
    assert _one(sheet).fields["subject"].value == "Về việc phê duyệt kế hoạch ứng phó thiên tai"


def test_a_line_below_a_table_of_two_persons_stays_whole_wherever_its_words_begin() -> None:
    line = "Đã ly hôn theo Quyết định số 112/2018/QĐST-HNGĐ của Tòa án nhân dân Thái Nguyên"
    for shift in range(0, px(12), px(1)):
        sheet = titled("GIẤY CHỨNG NHẬN KẾT HÔN")
        write_at(sheet, (px(80), "VỢ"), (px(140), "CHỒNG"))
        for label, left, right in (
            ("Họ và tên", "TRẦN THỊ AN", "LÊ VĂN BÌNH"),
            ("Dân tộc", "Kinh", "Tày"),
            ("Quốc tịch", "Lào", "Lào"),
        ):
            write_at(sheet, (LEFT, label), (px(75), left), (px(130), right))
        write_at(sheet, (LEFT + shift, line))
        form = Form(document_types()["marriage_certificate"], [page_of(sheet, 1, 0.0, Random(1))])
        assert line in [row.text for row in form.rows], shift


def test_a_place_is_no_bare_number() -> None:
    lines = ["Trên lô đất: 6773", "Địa điểm xây dựng: Tổ 2, xã Dân Tiến, huyện Võ Nhai, tỉnh Thái Nguyên"]
    extract = _one(write(titled("GIẤY PHÉP XÂY DỰNG"), lines))
    assert str(extract.fields["location"].value).startswith("Tổ 2")


def test_a_value_goes_on_after_a_word_that_ends_none() -> None:
    sheet = titled("GIẤY CHỨNG NHẬN ĐĂNG KÝ DOANH NGHIỆP")
    extract = _one(
        write(sheet, ["Địa chỉ trụ sở chính: Tổ 9, xã", "Đức Liễu", "Vốn điều lệ: 9.000.000 đồng"])
    )
    assert extract.fields["head_office"].value == "Tổ 9, xã Đức Liễu"


def test_what_else_a_label_may_mean_is_evidence() -> None:
    lines = [
        "Bà: TRẦN THỊ AN",
        "Địa chỉ: Thôn 2, xã Đức Liễu",
        "Thửa đất số: 345",
        "Địa chỉ: Thôn 7, xã Minh Hưng",
    ]
    address = _one(write(titled(*_LAND), lines)).fields["holder_address"].evidence
    assert address.owners > 1
    assert address.repeated == 1
    twice = ["Thửa đất số: 345", "Diện tích: 120 m2", "Diện tích: 90 m2"]
    assert _one(write(titled(*_LAND), twice)).fields["area_m2"].evidence.rivals == 1
    assert _one(write(titled(*_LAND), twice[:2])).fields["area_m2"].evidence.rivals == 0


def test_a_value_below_its_label_may_be_worded_like_another_label() -> None:
    sheet = titled("TRÍCH LỤC KHAI TỬ")
    for line in (
        "Họ, chữ đệm, tên:",
        "TRẦN VĂN AN",
        "Nguyên nhân chết:",
        "Tuổi già sức yếu",
        "Dân tộc:",
        "Tày",
    ):
        write(sheet, [line])
    values = {name: field.value for name, field in _one(sheet).fields.items()}
    assert values["cause_of_death"] == "Tuổi già sức yếu"
    assert values["full_name"] == "Trần Văn An"


def test_a_value_behind_its_label_may_be_worded_like_another_label() -> None:
    slip = titled("GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ")
    agency = "Trung tâm Phục vụ hành chính công tỉnh Thái Nguyên"
    write_at(slip, (LEFT, "Bộ phận Một cửa:"), (px(80), agency))
    for label, value in (
        ("Họ và tên:", "TRẦN VĂN AN"),
        ("Điện thoại:", "0912345678"),
        ("Số hồ sơ:", "15/BNHS"),
    ):
        write_at(slip, (LEFT, label), (px(80), value))
    assert _one(slip).fields["received_by"].value == agency


def test_a_date_goes_on_in_the_line_below() -> None:
    sheet = titled("GIẤY KHAI SINH")
    write_at(sheet, (LEFT, "Ngày sinh: 28 / 4 /"), (px(110), "Giới tính: Nam"))
    write_at(sheet, (LEFT, "2006"))
    assert _one(write(sheet, ["Quốc tịch: Việt Nam"])).fields["date_of_birth"].value == "2006-04-28"


def test_the_word_day_after_a_label_is_no_value() -> None:
    sheet = titled("GIẤY CHỨNG NHẬN ĐĂNG KÝ DOANH NGHIỆP")
    for line in ("Đăng ký lần đầu: ngày:", "Ngày 06 tháng 08 năm 2016"):
        write(sheet, [line])
    assert _one(sheet).fields["first_registered_on"].value == "2016-08-06"


def test_a_note_alone_beside_a_label_sends_to_the_line_below() -> None:
    sheet = titled("ĐƠN ĐỀ NGHỊ")
    write_at(sheet, (LEFT, "Nơi cư trú: (2)"))
    write_at(sheet, (LEFT, "Thôn 2, xã Đức Liễu, huyện Bù Đăng, tỉnh Bình Phước"))
    value = _one(sheet).fields["residence"].value
    assert value == "Thôn 2, xã Đức Liễu, huyện Bù Đăng, tỉnh Bình Phước"


def test_a_capital_begins_the_value_where_a_longer_label_would_go_on() -> None:
    extract = _one(write(titled(*_LAND), ["Mục đích sử dụng Đất ở tại đô thị"]))
    assert extract.fields["use_purpose"].value == "Đất ở tại đô thị"


def test_the_same_number_twice_is_one_holder() -> None:
    lines = ["Ông: Trần Văn An", "Số CMND: 285123456", "Số CMND: 285123456"]
    assert _one(write(titled(*_LAND), lines)).fields["holder_id"].value == "285123456"


def test_the_first_field_below_a_title_is_read_below_it() -> None:
    sheet = empty_sheet()
    sheet.centre(px(105), "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
    sheet.y += sheet.step
    sheet.centre(px(105), "Độc lập - Tự do - Hạnh phúc")
    sheet.y += sheet.step
    write_at(sheet, (LEFT, "Số: 12/GPXD"))
    sheet.centre(px(105), "GIẤY PHÉP XÂY DỰNG NHÀ Ở")
    sheet.y += sheet.step
    write_at(sheet, (LEFT, "1. Cấp cho"), (px(60), "Trần Văn An"))
    write(
        sheet,
        ["2. Khi điều chỉnh thiết kế phải đề nghị điều chỉnh giấy phép và chờ quyết định của cơ quan cấp."],
    )
    assert _one(sheet).fields["holder_name"].value == "Trần Văn An"


def test_who_signs_is_found_beside_another_signer() -> None:
    sheet = write(titled("QUYẾT ĐỊNH"), ["Căn cứ Luật Tổ chức chính quyền địa phương;"])
    for left, right in (("Vợ", "KT. CHỦ TỊCH"), ("", "PHÓ CHỦ TỊCH"), ("", ""), ("", "Trần Văn An")):
        top = sheet.y
        for middle, text in ((px(60), left), (px(150), right)):
            if text:
                sheet.centre(middle, text)
        sheet.y = top + sheet.step
    fields = _one(sheet).fields
    assert [fields[f"signer_{part}"].value for part in ("capacity", "title", "name")] == [
        "KT.",
        "PHÓ CHỦ TỊCH",
        "Trần Văn An",
    ]


def test_a_name_under_a_seal_is_shown_to_a_person() -> None:
    sheet = write(titled("QUYẾT ĐỊNH"), ["Căn cứ Luật Tổ chức chính quyền địa phương;"])
    for line in ("CHỦ TỊCH", "", "P>ain Ngọc Thưởng"):
        sheet.centre(px(150), line)
        sheet.y += sheet.step
    page = page_of(sheet, 1, 0.0, Random(1))
    name = next(line for line in page.lines if "Thưởng" in line.text).box
    seal = Mark(kind=MarkKind.SEAL, box=Box(name.left - 99, name.top - 99, *name[2:]), colour=InkColour.RED)
    (bare,), (sealed,) = (split_papers([p]) for p in (page, page.with_changes(marks=(seal,))))
    assert "signer_name" not in bare.fields
    assert sealed.fields["signer_name"].value == "Ngọc Thưởng"


def _headed(*agencies: str) -> Sheet:
    sheet = empty_sheet()
    top = sheet.y
    for line in agencies:
        sheet.centre(px(62), line)
        sheet.y += sheet.step
    below, sheet.y = sheet.y, top
    for line in ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"):
        sheet.centre(px(150), line)
        sheet.y += sheet.step
    sheet.y = max(below, sheet.y) + sheet.step
    return sheet


def test_the_number_of_an_office_is_part_of_its_name() -> None:
    sheet = _headed("SỞ KẾ HOẠCH VÀ ĐẦU TƯ", "PHÒNG ĐĂNG KÝ KINH DOANH", "SỐ 01")
    sheet.centre(px(105), "GIẤY CHỨNG NHẬN ĐĂNG KÝ DOANH NGHIỆP")
    sheet.y += sheet.step
    fields = _one(write(sheet, ["Mã số doanh nghiệp: 3801234566"])).fields
    assert fields["issued_by"].value == "PHÒNG ĐĂNG KÝ KINH DOANH SỐ 01"


def test_a_provinces_name_is_no_kind_of_unit() -> None:
    sheet = _headed("UBND TỈNH HÀ TĨNH", "UBND XÃ PHÚC TRẠCH")
    write_at(sheet, (LEFT, "Số: 12/QĐ-UBND"))
    sheet.centre(px(105), "QUYẾT ĐỊNH")
    sheet.y += sheet.step
    assert _one(sheet).fields["issuing_agency"].value == "UBND XÃ PHÚC TRẠCH"


def test_words_like_a_label_that_led_to_nothing_are_counted() -> None:
    known = ["Họ, chữ đệm, tên: TRẦN VĂN AN", "Dân tộc: Kinh"]
    assert _one(write(titled("GIẤY KHAI SINH"), known)).unexplained == 0
    more = [*known, "Chiều cao khi đo: 50 cm", "Nhóm máu ghi nhận: A"]
    assert _one(write(titled("GIẤY KHAI SINH"), more)).unexplained == 2


def test_a_head_of_two_columns_ends_at_the_title() -> None:
    sheet = _headed("UBND PHƯỜNG HƯNG ĐỊNH")
    sheet.centre(px(105), "CĂN CƯỚC")
    sheet.y += sheet.step
    for line in ("Số:", "082166116133", "Họ, chữ đệm và tên khai sinh:", "VŨ THỊ PHƯƠNG HÒA", "Sinh ngày:"):
        write_at(sheet, (LEFT, line))
    write(
        sheet,
        ["Nơi thường trú: xã Long Giang, thị xã Phước Long, tỉnh Bình Phước, trước đó ở tỉnh Bình Dương"],
    )
    assert _one(sheet).fields["full_name"].value == "Vũ Thị Phương Hòa"


def test_a_value_that_the_next_label_of_its_sentence_ends_does_not_go_on_below() -> None:
    lines = [
        "1. Cấp cho ông (bà): LÝ MINH KIỆT - Địa chỉ: Khu phố 2, xã Đồng Tiến, huyện Đồng",
        "Phú, tỉnh Bình Phước",
    ]
    fields = _one(write(titled("GIẤY PHÉP XÂY DỰNG"), lines)).fields
    assert fields["holder_name"].value == "Lý Minh Kiệt"
