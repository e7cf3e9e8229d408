"""Tables of units that an office brings in."""

import pytest

from schemas.request_errors import AgencyRefused
from storage.archive.archive import Archive
from storage.records.agencies import Agencies


@pytest.mark.parametrize(
    "rows",
    [
        [{"code": "Sở Tư pháp"}],
        [{"code": "H10", "successor": "x"}],
        [{"code": "H10", "since": "hôm qua"}],
        [{"code": "H10.15", "successor": "H10.16"}, {"code": "H10.16", "successor": "H10.15"}],
        [{"code": "H10.15", "successor": "H10.15"}],
    ],
)
def test_units_that_are_none_or_go_in_a_ring(archive: Archive, rows: list[dict[str, object]]) -> None:
    with pytest.raises(AgencyRefused):
        Agencies(archive).add(rows)
    assert not list(archive.store.keys("agencies/"))
