"""What a person has to see about a dossier as a whole: unread pages, broken separators, crowded pages."""

from flows.pipeline.parts import Part
from flows.pipeline.reading import PageResult
from ocr.extraction.paper_heads import count_heads
from ocr.extraction.separator_sheets import looks_like_separator
from schemas.base.language import Bilingual
from schemas.page import PageText
from schemas.paper import Problem
from schemas.separator import is_damaged_separator


def find_dossier_problems(part: Part, expected: int | None) -> list[Problem]:
    """Problems of a dossier whose separator says it has `expected` pages, if it says so."""
    problems = [
        Problem(code=result.warning.code, message=result.warning.message)
        for result in part.pages
        if result.warning
    ]
    problems += [
        _damaged_separator(result)
        for result in part.pages
        if result.reading and _is_damaged_separator(result.reading.page)
    ]
    problems += [
        several_papers(result.name)
        for result in part.pages
        if result.reading and count_heads(result.reading.page) > 1
    ]
    if expected is not None and expected != len(part.pages):
        problems.append(
            _problem(
                "page_count",
                f"Tờ phân cách ghi {expected} trang, quét được {len(part.pages)} trang.",
                f"The separator says {expected} pages, {len(part.pages)} were scanned.",
            )
        )
    return problems


def _is_damaged_separator(page: PageText) -> bool:
    """A separator sheet whose code cannot be read or does not check."""
    return looks_like_separator(page) or any(is_damaged_separator(code.text) for code in page.codes)


def several_papers(name: str) -> Problem:
    """A page on which more than one paper begins: whose the second is nobody has read."""
    return _problem(
        "several_papers",
        f"{name}: trên một trang có nhiều giấy tờ; hãy quét riêng từng giấy.",
        f"{name}: several papers on one page; scan each by itself.",
    )


def _damaged_separator(result: PageResult) -> Problem:
    return _problem(
        "separator_damaged",
        f"{result.name}: mã tờ phân cách bị hỏng; hãy xem lại chỗ chia hồ sơ.",
        f"{result.name}: the separator's code is damaged; check the split.",
    )


def _problem(code: str, vi: str, en: str) -> Problem:
    return Problem(code=code, message=Bilingual(vi=vi, en=en))
