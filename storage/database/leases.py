"""Leases: what one holder has for a while, and anybody may have when the while is over."""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import psutil
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from schemas.errors import StoreFailed
from storage.database.engine import Database
from storage.database.tables.accounts import LeaseRow
from storage.database.upserts import insert_missing

_WORK_SECONDS = 40.0
"""How long a process that was killed keeps others waiting."""


@contextmanager
def held(database: Database, name: str) -> Iterator[bool]:
    """Have `name` for this process as long as the block takes; False, at once, when another has it.

    A process of this machine that is no more has nothing.
    """
    me = f"{this_machine()}:{os.getpid()}"

    def take() -> bool:
        with database.session() as session:
            holder = lease_holder(session, name)
            if is_gone(holder):
                end_lease(session, name, holder)
            return take_lease(session, name, me, _WORK_SECONDS)

    if not take():
        yield False
        return
    over = threading.Event()

    def stay() -> None:
        while not over.wait(_WORK_SECONDS / 4):
            with suppress(StoreFailed):  # the database is away: perhaps not at the next look
                take()

    alive = threading.Thread(target=stay, name=f"lease {name}", daemon=True)
    alive.start()
    try:
        yield True
    finally:
        over.set()
        alive.join()
        with database.session() as session:
            end_lease(session, name, me)


def is_gone(holder: str) -> bool:
    """Whether `holder` (host:process) is a process of this machine that was killed before it could let go."""
    host, _, pid = holder.rpartition(":")
    return host == this_machine() and pid.isdecimal() and not psutil.pid_exists(int(pid))


@cache
def this_machine() -> str:
    """Its name, told apart from others of the same name: by this boot and the process ids we can see."""
    boot = Path("/proc/sys/kernel/random/boot_id").read_text()[:8]
    return f"{socket.gethostname()}@{boot}.{Path('/proc/self/ns/pid').stat().st_ino}"


def clock(session: Session) -> datetime:
    """The present moment by the one clock that all holders share: the database's, else this machine's."""
    if session.get_bind().dialect.name == "sqlite":
        return datetime.now(UTC)
    now = session.scalar(select(func.clock_timestamp()))
    return now if isinstance(now, datetime) else datetime.now(UTC)


def take_lease(session: Session, name: str, holder: str, seconds: float) -> bool:
    """Have `name` for `seconds`, or longer if it is held already. False when somebody else has it."""
    at = clock(session)
    until = at + timedelta(seconds=seconds)
    free = (LeaseRow.holder == holder) | (LeaseRow.until < at)
    renewed = session.execute(
        update(LeaseRow)
        .where(LeaseRow.name == name, free)
        .values(holder=holder, until=until)
        .returning(LeaseRow.name)
    ).first()
    if renewed:
        return True
    insert_missing(session, LeaseRow, [{"name": name, "holder": holder, "until": until}])
    return session.scalar(select(LeaseRow.holder).where(LeaseRow.name == name)) == holder


def end_lease(session: Session, name: str, holder: str) -> None:
    """Give `name` up, if `holder` has it."""
    session.execute(delete(LeaseRow).where(LeaseRow.name == name, LeaseRow.holder == holder))


def lease_holder(session: Session, name: str) -> str:
    """Who has `name` now; an empty string when nobody does."""
    return (
        session.scalar(select(LeaseRow.holder).where(LeaseRow.name == name, LeaseRow.until > clock(session)))
        or ""
    )
