"""What becomes of a paper when a person has answered: the rules of review (kiểm tra, xác nhận).

Who extracts is not the only one who verifies: a required value that a person typed is looked at by
another, and required values of chosen types are keyed blind by two, a difference by a third.
"""

from collections.abc import Mapping
from datetime import datetime

from pydantic import JsonValue

from rules.fields.checks import check_fields
from schemas.account import Actor
from schemas.base.model import Frozen
from schemas.base.vietnamese import same_spelling
from schemas.document_type import DocumentType, ValueKind
from schemas.paper import Answer, FieldValue, Keyed, Paper, Source, State
from schemas.request_errors import NotTakenBack
from schemas.review import FieldAnswer

_PAIR = 2
_WENT_ON = (State.SIGNED, State.ARCHIVED, State.SUPERSEDED, State.REREADING)
NOWHERE = (0, 0, 0, 0)
"""Box of a value that a person typed without pointing at ink."""


class Policy(Frozen):
    """How many people a value needs."""

    second_person: bool = True
    """A required value that one person typed needs another's eye."""
    double_keyed: frozenset[str] = frozenset()
    """Types whose required fields two people key blind."""


def open_fields(kind: DocumentType, paper: Paper, policy: Policy) -> tuple[str, ...]:
    """Fields that somebody has to look at, in the type's order: doubtful, missing, or keyed blind."""
    return tuple(
        name
        for name, rule in kind.fields.items()
        if (paper.fields[name].needs_review if name in paper.fields else rule.required)
        or name in blind_fields(kind, paper, policy)
    )


def blind_fields(kind: DocumentType, paper: Paper, policy: Policy) -> tuple[str, ...]:
    """Required fields of a double-keyed type that two people have not agreed on, or a third settled."""
    if kind.id not in policy.double_keyed:
        return ()
    return tuple(
        name
        for name, rule in kind.fields.items()
        if rule.required and (name not in paper.fields or len(paper.fields[name].confirmed_by) < _PAIR)
    )


def rivals(paper: Paper, name: str) -> tuple[Keyed, ...]:
    """Values of a field that two people keyed differently, for a third to see; else nothing is shown."""
    entries = paper.keyed.get(name, ())
    return entries if len(entries) >= _PAIR else ()


def apply_answers(
    kind: DocumentType, paper: Paper, said: Mapping[str, FieldAnswer], by: Actor, at: datetime, policy: Policy
) -> Paper:
    """The next revision of `paper` after `by` answered `said`; values nobody spoke of stay.

    It is verified when no field is open, and waits for another person or for the rest otherwise.
    """
    blind = blind_fields(kind, paper, policy)
    fields, keyed = dict(paper.fields), dict(paper.keyed)
    for name, answer in said.items():
        if name in blind:
            entry = Keyed(by=by.login, value=_said_value(answer, fields.get(name)))
            keyed[name] = (*(e for e in keyed.get(name, ()) if e.by != by.login), entry)
            _agree(kind, name, fields, keyed)
        else:
            fields[name] = _answered(kind, name, fields.get(name), answer, by, policy)
    checked = check_fields(kind, fields, at.date())
    for name in said:
        if name in fields and fields[name].answer:
            fields[name] = fields[name].with_changes(problems=checked.get(name, ()))
    settled = paper.with_changes(
        fields={name: fields[name] for name in kind.fields if name in fields},
        keyed=keyed,
        settled_by=(*(login for login in paper.settled_by if login != by.login), by.login),
        settled_at=at,
    )
    state = State.NEEDS_REVIEW if open_fields(kind, settled, policy) else State.VERIFIED
    return settled.with_changes(state=state, revision=paper.revision + 1)


def dismiss(paper: Paper, state: State, by: Actor, at: datetime) -> Paper:
    """The paper as one to scan again (`rescan`), or as none of the office's (`rejected`)."""
    return paper.with_changes(
        state=state,
        revision=paper.revision + 1,
        settled_at=at,
        settled_by=(*(login for login in paper.settled_by if login != by.login), by.login),
    )


def take_back(now: Paper, before: Paper, by: Actor) -> Paper:
    """The next revision of `now`: what `before` said, for whoever made the step between them a slip.

    Raises `NotTakenBack` when somebody else's word came last, or the paper went on (signed, archived).
    """
    if not now.settled_by or now.settled_by[-1] != by.login or now.state in _WENT_ON:
        raise NotTakenBack(now.id[:8])
    return now.with_changes(
        revision=now.revision + 1,
        fields=before.fields,
        keyed=before.keyed,
        state=before.state,
        settled_by=before.settled_by,
        settled_at=before.settled_at,
    )


def same_value(kind: ValueKind, one: JsonValue, other: JsonValue) -> bool:
    """Two people typed the same: one tone placement, blanks folded; names and texts apart from case."""
    if not isinstance(one, str) or not isinstance(other, str):
        return one == other
    if kind in (
        ValueKind.CODE,
        ValueKind.DOCUMENT_NUMBER,
        ValueKind.PERSONAL_ID,
        ValueKind.DIGITS,
        ValueKind.DATE,
    ):
        return one == other
    return same_spelling(one).rstrip(" .,;") == same_spelling(other).rstrip(" .,;")


def same_content(one: Paper, other: Paper) -> bool:
    """Two revisions say the same: a machine may have made the second PDF in between."""
    parts = ("document_type", "pages", "fields", "state", "keyed")
    return all(getattr(one, part) == getattr(other, part) for part in parts)


def _answered(
    kind: DocumentType, name: str, before: FieldValue | None, said: FieldAnswer, by: Actor, policy: Policy
) -> FieldValue:
    value = _said_value(said, before)
    kept = before is not None and same_value(kind.fields[name].kind, before.value, value)
    exactly = before is not None and before.value == value
    confirmed = (*before.confirmed_by, by.login) if before and kept else (by.login,)
    confirmed = tuple(dict.fromkeys(confirmed))
    typed = not kept or (before is not None and before.source is Source.PERSON)
    alone = policy.second_person and typed and kind.fields[name].required and len(confirmed) < _PAIR
    update = {
        "value": value,  # exactly what was typed, also where only a capital or the place of a tone is new
        "answer": said.answer,
        "confirmed_by": confirmed,
        "needs_review": alone,
    }
    if not exactly:
        update |= {"source": Source.PERSON, "confidence": 1.0}
    return (before or nowhere()).with_changes(**update)


def _agree(
    kind: DocumentType, name: str, fields: dict[str, FieldValue], keyed: dict[str, tuple[Keyed, ...]]
) -> None:
    """Settle a field that was keyed blind once the last entry equals another, or is the third."""
    *others, last = keyed[name]
    pair = [e for e in others if same_value(kind.fields[name].kind, e.value, last.value)]
    if not pair and len(others) < _PAIR:
        return
    before = fields.get(name) or nowhere()
    machine = same_value(kind.fields[name].kind, before.value, last.value)
    fields[name] = before.with_changes(
        value=last.value,
        needs_review=False,
        answer=Answer.KEPT if machine else Answer.CHANGED,
        confirmed_by=(*(e.by for e in pair or others), last.by),
        source=before.source if machine else Source.PERSON,
        confidence=before.confidence if machine else 1.0,
    )
    del keyed[name]


def _said_value(said: FieldAnswer, before: FieldValue | None) -> JsonValue:
    if said.answer is Answer.KEPT:
        return before.value if before else None
    return said.value if said.answer is Answer.CHANGED else None


def nowhere() -> FieldValue:
    """A value of which the machine saw nothing: no ink is known."""
    return FieldValue(value=None, raw="", confidence=0.0, page_number=1, box=NOWHERE, source=Source.PERSON)
