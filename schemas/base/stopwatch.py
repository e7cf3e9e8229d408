"""Where the CPU time of a page goes: steps by name, each without the steps within it."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum


class Step(StrEnum):
    """What is done to a page. A closed list: a worker that was taken over can name nothing else."""

    OPENING = "opening"
    BLANKNESS = "blankness"
    ORIENTATION = "orientation"
    PREPARATION = "preparation"
    FIRST_READER = "first_reader"
    SECOND_READER = "second_reader"
    CHOICE = "choice"
    """Between what the readers say."""
    QUALITY = "quality"
    ORDER = "order"
    MARKS = "marks"
    """Codes, seals, signatures, handwriting."""
    VIEW = "view"
    OTHER = "other"


Spent = dict[Step, float]
"""CPU seconds by step, of this process and of the programs it ran to their end."""


class _Record:
    """What was spent until now, and on which steps, each within the one before it."""

    def __init__(self, name: Step) -> None:
        self.steps, self.spent, self._since = [name], Spent(), cpu_seconds()

    def charge(self) -> None:
        """The time since the last change of step, to the innermost one."""
        now = cpu_seconds()
        name = self.steps[-1]
        self.spent[name] = self.spent.get(name, 0.0) + now - self._since
        self._since = now


_record: ContextVar[_Record | None] = ContextVar("record", default=None)


@contextmanager
def recorded(name: Step) -> Iterator[Spent]:
    """What the steps within take, filled as they end; what is none of them counts for `name`."""
    record = _Record(name)
    token = _record.set(record)
    try:
        yield record.spent
    finally:
        record.charge()
        _record.reset(token)


@contextmanager
def step(name: Step) -> Iterator[None]:
    """The time within counts for `name`; costs nothing where nobody records."""
    record = _record.get()
    if record is None:
        yield
        return
    record.charge()
    record.steps.append(name)
    try:
        yield
    finally:
        record.charge()
        record.steps.pop()


def cpu_seconds() -> float:
    """CPU time of this process and of the programs it ran to their end, so far."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)
