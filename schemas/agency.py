"""Agencies (cơ quan, đơn vị) by their codes, and what became of those that were merged on 1 July 2025."""

import re
from collections.abc import Mapping
from datetime import date

from schemas.base.model import Frozen

_OLD = re.compile(r"^000\.(?P<sub>\d{2})\.(?P<unit>\d{2})\.(?P<root>[GH]\d{2})$")
_NEW = re.compile(r"^[GH]\d{2}(?:\.\d{2,3}){0,3}$")


class Agency(Frozen):
    """A unit's code (Decision 20/2020/QĐ-TTg), its name, and the code it has gone into."""

    code: str
    name: str = ""
    successor: str = ""
    since: date | None = None
    """The day of the change."""
    checked: bool = True
    """False where the code was concluded from the order of the alphabet."""


class AgencyTable(Frozen):
    """Agencies as listed in a file."""

    agencies: tuple[Agency, ...]


def read_agency_code(code: str) -> str | None:
    """`000.00.15.H10` → `H10.15`, `000.00.00.H10` → `H10`, `H10.15` as it is; None for anything else."""
    code = code.strip().upper()
    old = _OLD.match(code)
    if old:
        parts = [old["root"], *(part for part in (old["unit"], old["sub"]) if part != "00")]
        return ".".join(parts)
    return code if _NEW.match(code) else None


def reach_today(code: str, table: Mapping[str, Agency]) -> str:
    """The unit of today that an account of `code` sees: its own successor, never one its parent went into.

    A ward that the table does not know stays itself, or it would see the whole province.
    """
    known = table.get(code)
    return code_today(code, table) if known and known.successor else code


def code_today(code: str, table: Mapping[str, Agency]) -> str:
    """The unit that answers for `code` today: its successor, else that of the nearest unit above it.

    A unit of which nothing is known, under one that did not change, stays itself.
    """
    seen: set[str] = set()
    while code not in seen:
        seen.add(code)
        known, above = table.get(code), code
        while known is None and "." in above:
            above = above.rpartition(".")[0]
            known = table.get(above)
        if known is None or not known.successor:
            break
        code = known.successor
    return code
