"""The form of a paper: what is known of each field, what this person said, what does not fit."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from pydantic import JsonValue

from rules.fields.checks import check_fields
from rules.review.answers import blind_fields, nowhere, open_fields, rivals
from rules.review.suggestions import suggest_values
from rules.review.typed_values import read_typed, shown
from schemas.document_type import DocumentType, FieldRule
from schemas.paper import Answer, FieldValue, Paper, Problem
from schemas.review import Draft, FieldAnswer
from web.core.context import CurrentUser


@dataclass(frozen=True)
class Row:
    """A field of the form: what is known, what this person said, what to say about it."""

    name: str
    rule: FieldRule
    field: FieldValue | None
    said: FieldAnswer | None
    is_open: bool
    is_blind: bool
    suggestions: tuple[str, ...] = ()
    typed: str | None = None
    problems: tuple[Problem, ...] = ()
    insist: bool = False
    """What was typed may be kept although something does not fit: Enter again."""

    @property
    def text(self) -> str:
        """What stands in the input."""
        if self.typed is not None:
            return self.typed
        if self.said and self.said.answer is Answer.CHANGED:
            return shown(self.rule.kind, self.said.value)
        return shown(self.rule.kind, self.field.value) if self.field and not self.is_blind else ""


def make_row(user: CurrentUser, paper: Paper, kind: DocumentType, draft: Draft, name: str) -> Row:
    """A field with all that is known of it, and what it may be."""
    policy = user.app_state.policy
    field, blind = paper.fields.get(name), name in blind_fields(kind, paper, policy)
    is_open = name in open_fields(kind, paper, policy)
    suggestions: tuple[str, ...] = ()
    if is_open and name not in draft.answers:
        others = () if blind else tuple(_others(user, paper))
        against = rivals(paper, name)
        suggestions = suggest_values(paper, name, others, against) if against or not blind else ()
    return Row(name, kind.fields[name], field, draft.answers.get(name), is_open, blind, suggestions)


def understand(row: Row, answer: Answer, text: str) -> FieldAnswer:
    """What the person means: an unchanged text keeps the value. Raises `NotUnderstood`."""
    if answer in (Answer.ILLEGIBLE, Answer.ABSENT):
        return FieldAnswer(answer=answer)
    value: JsonValue = read_typed(row.rule.kind, text, today().date())
    known = row.field
    if known and not row.is_blind and text.strip() == shown(row.rule.kind, known.value):
        return FieldAnswer(answer=Answer.KEPT)
    return FieldAnswer(answer=Answer.CHANGED, value=value)


def find_problems(
    paper: Paper, kind: DocumentType, draft: Draft, name: str, said: FieldAnswer
) -> tuple[Problem, ...]:
    """Checks of one field, with everything else as it is answered so far."""
    fields = dict(paper.fields)
    for other, answer in [*draft.answers.items(), (name, said)]:
        if answer.answer is Answer.CHANGED:
            fields[other] = (fields.get(other) or nowhere()).with_changes(value=answer.value)
    return check_fields(kind, fields, today().date()).get(name, ())


def show_row(
    row: Row,
    paper: Paper,
    typed: str | None = None,
    problems: tuple[Problem, ...] = (),
    *,
    insist: bool = False,
) -> dict[str, object]:
    """What the template of a field needs, after `typed` was answered."""
    now = replace(row, typed=typed, problems=problems, insist=insist)
    return {"row": now, "paper": paper}


def today() -> datetime:
    """Now; a year of two digits is counted from it."""
    return datetime.now(UTC)


def _others(user: CurrentUser, paper: Paper) -> list[Paper]:
    dossier = user.archive.ledger.dossier(paper.dossier_id)
    return [other for other in user.archive.ledger.papers(dossier) if other.id != paper.id]
