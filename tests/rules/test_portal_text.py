"""The National Portal's run-on lists of papers: what is a paper, what is a note, which case."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.exchange.portal_procedures import NotAProcedure, read_portal, split_papers
from schemas.procedure import Level, Presentation

BIRTH = (
    "Giấy tờ phải xuất trình: - Giấy tờ tùy thân (hộ chiếu, chứng minh nhân dân, thẻ căn cước) "
    "1 bản chính, 0 bản sao\nGiấy tờ phải nộp: - Tờ khai đăng ký khai sinh theo mẫu 1 bản chính,0 bản sao "
    "- Bản chính Giấy chứng sinh 1 bản chính, 0 bản sao - Trường hợp không có Giấy chứng sinh thì nộp "
    "văn bản của người làm chứng 0 bản chính, 0 bản sao\nLưu ý: - Người yêu cầu có trách nhiệm nộp đúng "
    "1 bản chính, 1 bản sao"
)


def test_lines_without_an_original_are_notes_never_papers() -> None:
    (procedure,) = read_portal(
        [
            {
                "ma_thu_tuc": "1.001193",
                "ten_thu_tuc": "Đăng ký khai sinh",
                "linh_vuc": "Hộ tịch",
                "cap_thuc_hien": "Cấp Xã",
                "can_cu_phap_ly": "Luật Hộ tịch",
                "thanh_phan_ho_so": BIRTH,
            }
        ]
    )
    (case,) = procedure.cases
    assert [c.name.vi for c in case.components] == [
        "Giấy tờ tùy thân (hộ chiếu, chứng minh nhân dân, thẻ căn cước)",
        "Tờ khai đăng ký khai sinh theo mẫu",
        "Bản chính Giấy chứng sinh",
    ]
    assert [c.how for c in case.components] == [Presentation.SHOW, Presentation.HAND_IN, Presentation.HAND_IN]
    assert [c.made_anew for c in case.components] == [False, True, False]
    assert len(case.notes) == 2
    assert procedure.level is Level.COMMUNE
    assert not procedure.checked
    assert case.components[0].basis == "Luật Hộ tịch"


def test_a_row_a_paper_with_cases() -> None:
    rows = [
        {
            "Mã thủ tục": "1.013225",
            "Tên thủ tục": "Cấp GPXD",
            "Trường hợp": case,
            "Tên giấy tờ": name,
            "Số bản chính": originals,
            "Số bản sao": 1,
        }
        for case, name, originals in (
            ("Nhà ở", "Đơn đề nghị cấp giấy phép xây dựng", 1),
            ("Nhà ở", "Giấy chứng nhận quyền sử dụng đất", 1),
            ("Nhà ở", "Lưu ý khác", 0),
            ("Công trình", "Giấy chứng nhận đăng ký doanh nghiệp", "1"),
        )
    ]
    (procedure,) = read_portal(rows)
    house, works = procedure.cases
    assert [c.document_type for c in house.components] == ["", "land_use_certificate"]
    assert [c.document_type for c in works.components] == ["business_registration"]
    assert house.notes == ("Lưu ý khác",)


def test_cases_in_the_run_on_text() -> None:
    text = (
        "Trường hợp nhà ở riêng lẻ: Bản vẽ 2 bản chính, 0 bản sao "
        "Trường hợp sửa chữa: Ảnh 1 bản chính, 0 bản sao"
    )
    found = list(split_papers(text))
    assert [(case, name, n) for case, _, name, n, _ in found] == [
        ("Trường hợp nhà ở riêng lẻ", "Bản vẽ", 2),
        ("Trường hợp sửa chữa", "Ảnh", 1),
    ]


def test_what_is_no_procedure_is_told() -> None:
    with pytest.raises(NotAProcedure):
        list(read_portal([{"ten": "x"}]))
    with pytest.raises(ValueError, match="not a code"):
        list(read_portal([{"ma": "9.99", "ten": "x"}]))


@given(st.text(max_size=400))
def test_any_text_gives_papers_or_none(text: str) -> None:
    for _, _, _, originals, copies in split_papers(text):
        assert 0 <= originals < 1000
        assert 0 <= copies < 1000


@given(
    st.lists(
        st.tuples(st.sampled_from(("Giấy khai sinh", "Đơn", "Ảnh 3x4")), st.integers(0, 3), st.integers(0, 3))
    )
)
def test_every_counted_line_is_there_once(lines: list[tuple[str, int, int]]) -> None:
    text = " ".join(f"- {name} {originals} bản chính, {copies} bản sao" for name, originals, copies in lines)
    (procedure,) = read_portal([{"ma": "1.000001", "ten": "x", "thanh_phan_ho_so": text or " "}])
    asked = [c for case in procedure.cases for c in case.components]
    assert len(asked) == sum(originals > 0 for _, originals, _ in lines)
    assert all(c.originals > 0 for c in asked)
