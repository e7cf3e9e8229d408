"""A frozen record with other values: validated, and of known names alone."""

from functools import cached_property

import pytest
from pydantic import Field, ValidationError

from schemas.base.model import Frozen


class Sheet(Frozen):
    """A record for this test."""

    number: int = Field(ge=1)
    side: str = "front"

    @cached_property
    def name(self) -> str:
        """Computed of the two fields."""
        return f"{self.number} {self.side}"


def test_other_values_are_validated_and_computed_values_follow() -> None:
    sheet = Sheet(number=3)
    assert sheet.name == "3 front"
    assert sheet.with_changes(side="back").name == "3 back"
    with pytest.raises(ValidationError):
        sheet.with_changes(number=0)


def test_a_misspelt_name_is_refused() -> None:
    with pytest.raises(ValidationError, match="sied"):
        Sheet(number=3).with_changes(sied="back")
