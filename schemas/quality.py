"""What a page image must be to count as digitised: rules with limit, source and what to do."""

from datetime import date

from schemas.base.language import Bilingual
from schemas.base.model import Frozen
from schemas.page import Verdict

_SCANNING = "Nghị định 30/2020/NĐ-CP, phụ lục I, II.I.2; Thông tư 05/2025/TT-BNV"
_LAND = "thực tế số hóa hồ sơ đất đai (practice of land records)"
_SAMPLES = "đo trên trang mẫu (chosen on sample pages)"


class QualityRule(Frozen):
    """One thing a page image can fail: its measure must be `limit` at least, or at most.

    `fails` is what missing it makes of the page; `in_force_on` since when the law asks for it, None
    for what only practice asks.
    """

    code: str
    limit: float
    is_most: bool = False
    fails: Verdict
    unit: str
    source: str
    in_force_on: date | None = None
    advice: Bilingual


QUALITY_RULES = (
    QualityRule(
        code="low_resolution",
        limit=190,
        fails=Verdict.BAD,
        unit="dpi",
        source=_SCANNING,
        in_force_on=date(2020, 3, 5),
        advice=Bilingual(
            vi="Độ phân giải thật dưới 200 dpi: quét lại ở 300 dpi, không phóng to ảnh cũ.",
            en="Truly below 200 dpi: scan again at 300 dpi, do not enlarge an old image.",
        ),
    ),
    QualityRule(
        code="blurred",
        limit=1.05,
        is_most=True,
        fails=Verdict.BAD,
        unit="px at 200 dpi",
        source=_SAMPLES,
        advice=Bilingual(
            vi="Mờ: lau kính máy quét, ép phẳng tờ giấy, quét lại.",
            en="Blurred: clean the glass, press the sheet flat, scan again.",
        ),
    ),
    QualityRule(
        code="faint",
        limit=60,
        fails=Verdict.BAD,
        unit="gray levels",
        source=_SAMPLES,
        advice=Bilingual(
            vi="Chữ nhạt: tăng độ tương phản hoặc độ đậm rồi quét lại.",
            en="Faint: raise contrast or density and scan again.",
        ),
    ),
    QualityRule(
        code="too_dark",
        limit=120,
        fails=Verdict.BAD,
        unit="gray level of the paper",
        source=_SAMPLES,
        advice=Bilingual(
            vi="Nền tối: giảm độ đậm, đóng nắp máy quét rồi quét lại.",
            en="Too dark: lower the density, close the lid, scan again.",
        ),
    ),
    QualityRule(
        code="cut_edge",
        limit=1,
        is_most=True,
        fails=Verdict.BAD,
        unit="letters at an edge",
        source=_SAMPLES,
        advice=Bilingual(
            vi="Chữ bị cắt ở mép: đặt lại tờ giấy, chọn đúng khổ, quét lại.",
            en="Text is cut at an edge: place the sheet again, choose its size, scan again.",
        ),
    ),
    QualityRule(
        code="skewed",
        limit=3.0,
        is_most=True,
        fails=Verdict.DOUBTFUL,
        unit="degrees",
        source=_LAND,
        advice=Bilingual(
            vi="Lệch quá 3°: đặt thẳng tờ giấy; nên quét lại.",
            en="More than 3° askew: lay the sheet straight; better scan again.",
        ),
    ),
    QualityRule(
        code="folded",
        limit=0.12,
        is_most=True,
        fails=Verdict.DOUBTFUL,
        unit="share of light lost",
        source=_SAMPLES,
        advice=Bilingual(
            vi="Nếp gấp chạy qua chữ: vuốt phẳng tờ giấy rồi quét lại.",
            en="A fold runs across text: smooth the sheet and scan again.",
        ),
    ),
    QualityRule(
        code="damaged",
        limit=0,
        is_most=True,
        fails=Verdict.BAD,
        unit="",
        source=_SAMPLES,
        advice=Bilingual(
            vi="Tệp hỏng ở trang này: lấy lại tệp hoặc quét lại trang.",
            en="The file is broken at this page: fetch it again or scan the page again.",
        ),
    ),
)
"""In the order in which a clerk should mend them."""


def quality_advice(code: str) -> Bilingual:
    """What a clerk should do about a page that misses the rule `code`. Raises `KeyError`."""
    return {rule.code: rule.advice for rule in QUALITY_RULES}[code]
