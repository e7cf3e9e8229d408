"""How long a paper may be used, and what later paper ends it (thời hạn, thay thế); dated rules as data."""

from calendar import monthrange
from collections.abc import Iterable, Iterator
from datetime import date

from dateutil.relativedelta import relativedelta

from schemas.base.language import Bilingual
from schemas.base.vietnamese import fold
from schemas.catalogue import document_types, validity
from schemas.completeness import Obstacle, Reason
from schemas.paper import Paper
from schemas.validity import Ending, Term

_YEAR, _MONTH = 4, 7
_BORN = "date_of_birth"
_NO_DATE = Bilingual(
    vi="Không rõ ngày cấp nên không tính được thời hạn", en="Its date is not known, nor how long it holds"
)
_NO_NUMBER = Bilingual(
    vi="Không có số nên không biết là thẻ nào", en="Without its number nobody knows which card it is"
)
_OF_CARDS = "Luật Căn cước 26/2023/QH15, Điều 46"
_AHEAD = Bilingual(vi="Ngày cấp sau ngày hôm nay", en="It is dated after today")


def date_of(paper: Paper) -> str:
    """ISO date, month or year that the paper is dated by; empty when it is not known."""
    named = document_types()[paper.document_type].dated
    return next((text for name in named if (text := text_of(paper, name))), "")[:10]


def earliest(text: str) -> date | None:
    """First day that an ISO date, month or year can mean; None for anything else."""
    padded = text + "-01-01"[len(text) - _YEAR :] if len(text) in (_YEAR, _MONTH) else text
    try:
        return date.fromisoformat(padded[:10])
    except ValueError:
        return None


def latest(text: str) -> date | None:
    """Last day that an ISO date, month or year can mean."""
    first = earliest(text)
    if first is None or len(text) > _MONTH:
        return first
    month = first.month if len(text) == _MONTH else 12
    return first.replace(month=month, day=monthrange(first.year, month)[1])


def term_of(paper: Paper, on: date, digits: int | None = None) -> tuple[date | None, Reason | None]:
    """Last day on which the paper may be used, and what speaks against it on the day `on`.

    No last day and no reason: it holds without limit. A date known by year alone counts as early as it
    can be. `digits` is the length of its holder's number.
    """
    if digits == 0 and any(
        term.digits for term in validity().terms if term.document_type == paper.document_type
    ):
        return None, Reason(hindrance=Obstacle.UNDATED, message=_NO_NUMBER, basis=_OF_CARDS)
    last: date | None = None
    for term in _terms(paper.document_type, on, digits):
        ends, known = _end(term, paper)
        if not known:
            return None, Reason(hindrance=Obstacle.UNDATED, message=_NO_DATE, basis=term.basis)
        if ends and ends < on:
            return ends, Reason(hindrance=Obstacle.EXPIRED, message=_said(term, ends), basis=term.basis)
        last = min(filter(None, (last, ends)), default=None)
    dated = earliest(date_of(paper))
    if dated and dated > on:
        return last, Reason(hindrance=Obstacle.NOT_YET, message=_AHEAD, basis=date_of(paper))
    return last, None


def ended_by(paper: Paper, others: Iterable[Paper], on: date) -> tuple[Paper, Reason] | None:
    """The later paper of the same holder that supersedes `paper`, and the rule; None when none does.

    A paper whose date is not certainly later supersedes nothing.
    """
    rules = [e for e in validity().endings if e.document_type == paper.document_type and e.in_force.holds(on)]
    since = latest(date_of(paper))
    for other in others:
        begins = earliest(date_of(other))
        rule = next((rule for rule in rules if _applies(rule, paper, other)), None)
        if rule and since and begins and since < begins <= on:
            return other, Reason(hindrance=Obstacle.SUPERSEDED, message=rule.says, basis=rule.basis)
    return None


def text_of(paper: Paper, name: str) -> str:
    """The text in the field, empty when there is none."""
    value = paper.fields[name].value if name in paper.fields else None
    return value if isinstance(value, str) else ""


def _of_type(document_type: str) -> list[Term]:
    return [term for term in validity().terms if term.document_type == document_type]


def _terms(document_type: str, on: date, digits: int | None) -> Iterator[Term]:
    for term in _of_type(document_type):
        if term.digits in (None, digits) and term.in_force.holds(on):
            yield term


def _end(term: Term, paper: Paper) -> tuple[date | None, bool]:
    """Last day of the term, and whether what it is counted from is known."""
    if term.last_day:
        return term.last_day, True
    if term.until:
        ends = earliest(text_of(paper, term.until))
        return ends, ends is not None or _is_endless(term, paper)
    begins = earliest(date_of(paper))
    return (begins + relativedelta(months=term.months or 0), True) if begins else (None, False)


def _is_endless(term: Term, paper: Paper) -> bool:
    """Its holder was old enough when it was issued to have it for life."""
    issued, born = earliest(date_of(paper)), latest(text_of(paper, _BORN))
    if term.endless_age is None or issued is None or born is None:
        return False
    return born + relativedelta(years=term.endless_age) <= issued


def _said(term: Term, ends: date) -> Bilingual:
    return Bilingual(vi=f"{term.says.vi}: đến {ends:%d/%m/%Y}", en=f"{term.says.en}: until {ends:%d/%m/%Y}")


def _applies(rule: Ending, paper: Paper, other: Paper) -> bool:
    if other.id == paper.id or other.document_type not in rule.by:
        return False
    return all(
        text_of(paper, name) and fold(text_of(paper, name)) == fold(text_of(other, name))
        for name in rule.same
    )
