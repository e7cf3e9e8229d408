"""How many papers begin on a page: by their national names (quốc hiệu).

Two halves of a sheet may hold two people's certificates. They are told, never made one paper in silence.
"""

from schemas.base.vietnamese import fold
from schemas.page import PageText

_NATIONAL_NAME = "conghoaxahoichunghiavietnam"
"""Without blanks, which a reader loses in bold capitals."""


def count_heads(page: PageText) -> int:
    """National names on the page, each the head of a paper (Decree 30/2020/NĐ-CP, annex I, box 1)."""
    return sum(fold(line.text).replace(" ", "").count(_NATIONAL_NAME) for line in page.lines)
