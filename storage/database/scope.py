"""Which rows a person may see: those of their unit and the units below it."""

from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import InstrumentedAttribute


def in_units(column: InstrumentedAttribute[str], unit: str) -> ColumnElement[bool]:
    """`column` is `unit` or a unit below it; as `rules.access.permissions.sees_unit`."""
    return or_(column == unit, column.startswith(f"{unit}.", autoescape=True))
