"""Which procedure is meant: by its code or by its name, as slips and people write them."""

from collections.abc import Iterable
from datetime import date
from functools import cache

from schemas.base.vietnamese import fold
from schemas.catalogue import procedures
from schemas.procedure import Procedure, national_code


def in_force(editions: Iterable[Procedure], on: date) -> dict[str, Procedure]:
    """By code, the edition that holds on the day; of several the last one given."""
    return {procedure.code: procedure for procedure in editions if procedure.in_force.holds(on)}


def matching(editions: Iterable[Procedure], query: str) -> list[Procedure]:
    """Procedures whose code begins so, or whose name has every word of `query`, with or without marks."""
    words = fold(query).split()
    return [
        procedure
        for procedure in editions
        if procedure.code.startswith(query.strip())
        or national_code(query) == procedure.code
        or all(word in fold(f"{procedure.name.vi} {procedure.name.en}") for word in words)
    ]


@cache
def named_in(text: str) -> str | None:
    """Code of the procedure that a slip names (`Nội dung yêu cầu giải quyết`); None when none fits surely.

    The longest name that stands in the text wins: `Đăng ký lại khai sinh` is not `Đăng ký khai sinh`.
    """
    said = fold(text)
    fitting = [p for p in procedures() if p.code in text or fold(p.name.vi) in said]
    return max(fitting, key=lambda p: (p.code in text, len(p.name.vi))).code if fitting else None
