"""Units as this office knows them: the product's provinces, and tables the office brought in itself."""

from collections.abc import Iterable, Mapping

from pydantic import ValidationError

from rules.exchange.cell_values import NotADossier, parse_day
from schemas.account import Actor
from schemas.agency import Agency, AgencyTable, code_today, read_agency_code
from schemas.audit_event import Event
from schemas.catalogue import agencies
from schemas.request_errors import AgencyRefused
from schemas.store_errors import ObjectExists
from storage import keys
from storage.archive.archive import Archive

_MOST_TABLES = 10_000
_NAMES = {
    "code": ("code", "ma", "mã"),
    "name": ("name", "ten", "tên"),
    "successor": ("successor", "nay_la", "nay_là"),
    "since": ("since", "tu_ngay", "từ_ngày"),
}


class Agencies:
    """Every unit by its code; a later table of the office wins over earlier ones and the product's."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._own: dict[str, tuple[Agency, ...]] = {}

    def table(self) -> dict[str, Agency]:
        """Units by code."""
        for key in self._archive.store.keys(keys.AGENCIES):  # written once, so read once
            if key not in self._own:
                self._own[key] = self._archive.get_record(key, AgencyTable).agencies
        own = [one for key in sorted(self._own) for one in self._own[key]]
        return {**agencies(), **{one.code: one for one in own}}

    def add(self, rows: Iterable[Mapping[str, object]], by: Actor | None = None) -> int:
        """Bring in a table with the columns code, name, successor, since (or mã, tên, nay là, từ ngày).

        How many units. Raises `AgencyRefused` for a row that is none, and for successors that go in a ring.
        """
        made = tuple(_agency(row) for row in rows)
        table = {**self.table(), **{one.code: one for one in made}}
        for one in made:
            end = code_today(one.code, table)
            if one.successor and (end == one.code or (end in table and table[end].successor)):
                raise AgencyRefused(f"{one.code} → {one.successor}")
        number = sum(1 for _ in self._archive.store.keys(keys.AGENCIES))
        for tried in range(number + 1, _MOST_TABLES):
            key = keys.agencies(tried)
            event = Event(action="agencies.import", target=key, detail=f"{len(made)}")
            try:
                self._archive.commit(AgencyTable(agencies=made), event, by, key=key, new=True)
            except ObjectExists:
                continue
            break
        return len(made)


def _agency(row: Mapping[str, object]) -> Agency:
    known = {heading.strip().lower().replace(" ", "_"): value for heading, value in row.items()}
    said = {
        field: str(next((known[name] for name in names if known.get(name)), "")).strip()
        for field, names in _NAMES.items()
    }
    code, successor = read_agency_code(said["code"]), read_agency_code(said["successor"])
    if code is None or (said["successor"] and successor is None):
        raise AgencyRefused(f"{said['code']} {said['successor']}".strip() or "?")
    try:
        since = parse_day(said["since"], "since")
        return Agency(code=code, name=said["name"], successor=successor or "", since=since)
    except (ValidationError, NotADossier) as error:
        raise AgencyRefused(code, str(error)[:200]) from error
