"""Moments as people and programs write them in exports."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.exchange.cell_values import NotADossier, parse_moment
from schemas.base.timezone import HANOI

FORMS = (
    "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%d/%m/%Y",
    "%H:%M %d/%m/%Y",
    "%H:%M:%S %d/%m/%Y",
    "%d-%m-%Y %H:%M:%S",
    "%d-%m-%Y %H:%M",
    "%d-%m-%Y",
)


@given(st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)), st.sampled_from(FORMS))  # noqa: DTZ001
def test_every_form_is_read_as_the_standard_library_reads_it(moment: datetime, form: str) -> None:
    text = moment.strftime(form)
    expected = datetime.strptime(text, form).replace(tzinfo=HANOI).astimezone(UTC)
    assert parse_moment(text, "received_at") == expected


@pytest.mark.parametrize(
    "text",
    ["31/02/2026", "30/09-2026", "30/09/26", "08:00 30/09/2026 09:00", "24:61 01/01/2026", "٣٠/٠٩/٢٠٢٦"],
)
def test_what_is_no_day_is_told(text: str) -> None:
    with pytest.raises(NotADossier, match="received_at"):
        parse_moment(text, "received_at")
