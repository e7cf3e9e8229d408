"""Witnesses (chứng kiến) of the audit trail outside this box: what its last event was, as others keep it.

Who has every key of the box can write the whole trail anew, and all of it fits together. It does not fit what
was printed and put into a binder, what lies in a backup elsewhere, what a webhook's receiver kept, or what a
time-stamping authority signed (`storage.audit.timestamps`).
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from pydantic import Field

from schemas.base.model import Frozen
from schemas.environment_errors import SettingWrong

_LEAST_DIGITS, _ALL_DIGITS = 16, 64


class Witness(Frozen):
    """What somebody outside says of an event."""

    number: int = Field(ge=1)
    head: str
    """How the SHA-256 of that event begins, 16 to 64 hex digits."""
    source: str
    """Who says so."""


def read_witness(text: str) -> Witness:
    """What was printed, typed again. Raises `SettingWrong`."""
    number, _, typed = text.partition(":")
    digits = re.sub(r"\s", "", typed).lower()
    fits = re.fullmatch(r"[0-9a-f]+", digits) and _LEAST_DIGITS <= len(digits) <= _ALL_DIGITS
    if not number.strip().isdecimal() or not int(number) or not fits:
        raise SettingWrong("--witness", f"{text}: 1234:ab12cd34ef56ab78")
    return Witness(number=int(number), head=digits, source=text)


def contradictions(witnesses: Iterable[Witness], digests: Mapping[int, str]) -> Iterator[tuple[str, str]]:
    """`event 17`, and which witness knew it otherwise than these digests, or as there at all."""
    for witness in witnesses:
        digest = digests.get(witness.number)
        if digest is None:
            yield f"event {witness.number}", f"missing: witnessed by {witness.source}"
        elif not digest.startswith(witness.head):
            yield f"event {witness.number}", f"rewritten: {witness.source} witnessed another hash of it"
