"""Leases: what one holder has for a while, and anybody may have when the while is over."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from storage.entries import insert_missing
from storage.tables import LeaseRow


def take_lease(session: Session, name: str, holder: str, seconds: float) -> bool:
    """Have `name` for `seconds`, or longer if it is held already. False when somebody else has it.

    The clock is the caller's: holders on several machines have to agree within seconds.
    """
    at = datetime.now(UTC)
    until = at + timedelta(seconds=seconds)
    free = (LeaseRow.holder == holder) | (LeaseRow.until < at)
    renewed = session.execute(
        update(LeaseRow).where(LeaseRow.name == name, free).values(holder=holder, until=until)
        .returning(LeaseRow.name)
    ).first()  # fmt: skip
    if renewed:
        return True
    insert_missing(session, LeaseRow, [{"name": name, "holder": holder, "until": until}])
    return session.scalar(select(LeaseRow.holder).where(LeaseRow.name == name)) == holder


def end_lease(session: Session, name: str, holder: str) -> None:
    """Give `name` up, if `holder` has it."""
    session.execute(delete(LeaseRow).where(LeaseRow.name == name, LeaseRow.holder == holder))


def lease_holder(session: Session, name: str) -> str:
    """Who has `name` now; an empty string when nobody does."""
    return session.scalar(
        select(LeaseRow.holder).where(LeaseRow.name == name, LeaseRow.until > datetime.now(UTC))
    ) or ""  # fmt: skip
