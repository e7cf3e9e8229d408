"""What a person still has to bring: every component of a case held against what is on file.

A pure function of the catalogue, the papers, the day. It never offers a paper that is not proven to be
the person's, and never asks for one that the catalogue does not ask for (Decree 123/2015/NĐ-CP; Decree
224/2026/NĐ-CP art. 15.1.d, 18.4: what the state holds is not asked for again).
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from rules.reuse.identity import KnownHolder, holder_of, is_holder
from rules.reuse.validity import date_of, earliest, ended_by, term_of, text_of
from schemas.base.language import Bilingual
from schemas.base.model import Frozen
from schemas.base.vietnamese import fold
from schemas.catalogue import document_types
from schemas.completeness import (
    Candidate,
    Completeness,
    ComponentAnswer,
    Holding,
    Obstacle,
    Party,
    Reason,
    Verdict,
)
from schemas.paper import Paper, State
from schemas.procedure import Case, Component, Procedure
from schemas.subject import Mention

_VERIFIED = (State.VERIFIED, State.SIGNED, State.ARCHIVED)
_SIGNED = (State.SIGNED, State.ARCHIVED)
_DIGITISING = "Nghị định 107/2021/NĐ-CP, Điều 21a (số hóa, kiểm tra, ký số)"
_ONCE = "Nghị định 224/2026/NĐ-CP, Điều 15, Điều 18"
_OWN = "Nghị định 224/2026/NĐ-CP, Điều 18; Luật BVDLCN 91/2025/QH15"


class ReuseRequirements(Frozen):
    """What an office demands of a paper before it is used again."""

    verified: bool = True
    """A person looked at it since the machine read it."""
    signed: bool = False
    """It bears the digital signature of who digitised it."""


def check(
    procedure: Procedure,
    case: Case,
    parties: Mapping[str, Party],
    on: date,
    facts: frozenset[str],
    demands: ReuseRequirements,
) -> Completeness:
    """The answer for each component of `case` on the day `on`, in the catalogue's order.

    `facts` are those of `case.facts` that hold. A party that is not in `parties` has nothing on file.
    """
    holders = {name: _Holder(party) for name, party in parties.items()}
    answers = [
        _answer(component, holders.get(component.whose) or _Holder(Party()), on, facts, demands)
        for component in case.components
        if component.in_force.holds(on)
    ]
    return Completeness(
        procedure=procedure.code,
        procedure_since=procedure.in_force.since,
        case=case.id,
        on=on,
        facts=tuple(sorted(facts)),
        components=tuple(_one_of_each_group(answers)),
    )


def look_at(party: Party, on: date, demands: ReuseRequirements) -> tuple[Candidate, ...]:
    """What may be said of each paper of a party by itself, whatever it is to be used for."""
    holder = _Holder(party)
    return tuple(holder.found(holding, None, on, demands) for holding in party.holdings)


class _Holder:
    """A party as their papers agree on who it is."""

    def __init__(self, party: Party) -> None:
        self.party = party
        self.known: KnownHolder | None = holder_of(
            party.tiers, [m for h in party.holdings for m in h.mentions]
        )
        self.own = {h.paper.id for h in party.holdings if any(self._is(m) for m in h.mentions)}
        self.later = [h.paper for h in party.holdings if h.paper.id in self.own and _may_end(h)]

    def found(
        self, holding: Holding, component: Component | None, on: date, demands: ReuseRequirements
    ) -> Candidate:
        """The paper, with all that stands against using it."""
        paper = holding.paper
        kind = document_types()[paper.document_type]
        mention = next((m for m in holding.mentions if self._in_role(m, component)), None)
        last, term = term_of(paper, on, len(mention.number) if mention else None)
        later = ended_by(paper, self.later, on)
        against = [self._whose(holding, mention), _revoked(holding, on), later[1] if later else None, term]
        if component:
            against += [_purpose(component, paper), _age(component, paper, on)]
        return Candidate(
            paper_id=paper.id,
            revision=paper.revision,
            document_type=paper.document_type,
            unit=holding.unit,
            dated=date_of(paper),
            valid_until=last,
            caution=kind.caution,
            against=tuple(reason for reason in [*against, *_state(paper, demands)] if reason),
            substitute=_substitute(component, paper),
        )

    def _is(self, mention: Mention) -> bool:
        if mention.identity not in self.party.identities or self.known is None:
            return False
        return is_holder(self.known, mention)

    def of_type(self, component: Component) -> list[Holding]:
        """Papers that could be the component; not those that name the party in another role."""
        types = {component.document_type, *(s.document_type for s in component.substitutes)} - {""}
        return [
            h
            for h in self.party.holdings
            if h.paper.document_type in types
            and h.paper.state is not State.REJECTED
            and (h.paper.id not in self.own or any(self._in_role(m, component) for m in h.mentions))
        ]

    def _in_role(self, mention: Mention, component: Component | None) -> bool:
        return self._is(mention) and (component is None or component.role in ("", mention.role))

    def _whose(self, holding: Holding, mention: Mention | None) -> Reason | None:
        if mention:
            return None
        claimed = [m for m in holding.mentions if m.identity in self.party.identities]
        if mention is None and not claimed and any(not m.number for m in holding.mentions):
            return Reason(hindrance=Obstacle.UNPROVEN, message=_UNPROVEN, basis=_OWN)
        message = _CONTESTED if claimed and self.known is None else _OTHER
        return Reason(hindrance=Obstacle.OTHER_PERSON, message=message, basis=_OWN)


def _answer(
    component: Component, holder: _Holder, on: date, facts: frozenset[str], demands: ReuseRequirements
) -> ComponentAnswer:
    if component.only_if and component.only_if not in facts:
        return ComponentAnswer(
            component=component,
            verdict=Verdict.NOT_ASKED,
            why=(Reason(message=_NO_FACT, basis=component.basis),),
        )
    if component.made_anew:
        return ComponentAnswer(
            component=component,
            verdict=Verdict.MADE_ANEW,
            why=(Reason(message=_FORM, basis=component.basis),),
        )
    found = sorted(
        (holder.found(h, component, on, demands) for h in holder.of_type(component)),
        key=lambda one: (len(one.against), bool(one.substitute), _newest_first(one.dated), one.paper_id),
    )
    data = next((d for d in component.data if d.since and d.since <= on), None)
    usable = bool(found) and found[0].is_usable
    if usable:
        verdict, why = Verdict.ON_FILE, Reason(message=_HELD, basis=_ONCE)
    elif data:
        verdict, why = Verdict.BY_DATA, Reason(message=_LOOKED_UP, basis=data.basis)
    else:
        verdict = Verdict.UNUSABLE if found else Verdict.MISSING
        why = Reason(message=_NOT_USABLE if found else _NOT_HELD, basis=component.basis)
    return ComponentAnswer(
        component=component,
        verdict=verdict,
        found=tuple(found),
        data=data,
        why=(why,),
        pending=tuple(d for d in component.data if not (d.since and d.since <= on)),
    )


def _one_of_each_group(answers: Sequence[ComponentAnswer]) -> Iterator[ComponentAnswer]:
    """Where one of several papers is enough and one is there, the others are not asked for."""
    served: dict[str, str] = {}
    for verdict in (Verdict.ON_FILE, Verdict.BY_DATA):
        for answer in answers:
            if answer.component.one_of and answer.verdict is verdict:
                served.setdefault(answer.component.one_of, answer.component.id)
    for answer in answers:
        chosen = served.get(answer.component.one_of, answer.component.id)
        if chosen == answer.component.id:
            yield answer
        else:
            why = Reason(message=_ANOTHER, basis=answer.component.basis)
            yield answer.with_changes(verdict=Verdict.NOT_ASKED, found=(), why=(why,))


def _substitute(component: Component | None, paper: Paper) -> str:
    if component is None or component.document_type == paper.document_type:
        return ""
    return next((s.basis for s in component.substitutes if s.document_type == paper.document_type), "")


def _may_end(holding: Holding) -> bool:
    """Whether a paper is sure enough to supersede another: seen by a person or read without doubt."""
    return holding.revocation is None and holding.paper.state in (State.READ, *_VERIFIED)


def _revoked(holding: Holding, on: date) -> Reason | None:
    revocation = holding.revocation
    if revocation is None or revocation.since > on:
        return None
    return Reason(hindrance=Obstacle.REVOKED, message=_REVOKED, basis=revocation.source)


def _purpose(component: Component, paper: Paper) -> Reason | None:
    said = fold(text_of(paper, document_types()[paper.document_type].purpose))
    if not component.purposes or any(fold(purpose) in said for purpose in component.purposes):
        return None
    return Reason(hindrance=Obstacle.WRONG_PURPOSE, message=_ELSEWHERE, basis=component.basis)


def _age(component: Component, paper: Paper, on: date) -> Reason | None:
    if component.max_age_days is None:
        return None
    dated = earliest(date_of(paper))
    if dated and (on - dated).days <= component.max_age_days:
        return None
    message = Bilingual(
        vi=f"Chỉ nhận giấy cấp trong {component.max_age_days} ngày",
        en=f"Accepted up to {component.max_age_days} days after its issue",
    )
    hindrance = Obstacle.TOO_OLD if dated else Obstacle.UNDATED
    return Reason(hindrance=hindrance, message=message, basis=component.basis)


def _state(paper: Paper, demands: ReuseRequirements) -> Iterator[Reason]:
    if paper.state not in _VERIFIED and (demands.verified or paper.state is not State.READ):
        yield Reason(hindrance=Obstacle.UNVERIFIED, message=_UNSEEN, basis=_DIGITISING)
    if demands.signed and paper.state not in _SIGNED:
        yield Reason(hindrance=Obstacle.UNSIGNED, message=_UNSIGNED, basis=_DIGITISING)


def _newest_first(dated: str) -> int:
    day = earliest(dated)
    return -day.toordinal() if day else 0


_UNPROVEN = Bilingual(
    vi="Cùng tên, ngày sinh nhưng giấy không có số: chưa chứng minh là của người này",
    en="Same name and birth, but no number: not proven to be this person's",
)
_OTHER = Bilingual(vi="Không phải giấy của người này", en="It is not this person's paper")
_CONTESTED = Bilingual(
    vi="Các giấy mang số này không cùng một người: phải xem lại",
    en="Papers with this number are not one person's: look at them",
)
_REVOKED = Bilingual(vi="Đã bị thu hồi, hủy bỏ", en="It was revoked")
_ELSEWHERE = Bilingual(vi="Giấy được cấp để dùng vào việc khác", en="It was issued for another purpose")
_UNSEEN = Bilingual(vi="Chưa có người kiểm tra bản số hóa", en="Nobody has checked the digitised copy yet")
_UNSIGNED = Bilingual(vi="Bản số hóa chưa ký số", en="The digitised copy is not signed")
_NO_FACT = Bilingual(vi="Chỉ cần khi có trường hợp này", en="Asked for only where that is so")
_FORM = Bilingual(vi="Điền cho từng hồ sơ", en="Filled in for each dossier")
_HELD = Bilingual(vi="Nhà nước đã có: không yêu cầu nộp lại", en="The state holds it: not asked for again")
_LOOKED_UP = Bilingual(
    vi="Tra cứu trong cơ sở dữ liệu: không yêu cầu nộp", en="Looked up in the database: not asked for"
)
_NOT_USABLE = Bilingual(vi="Có trong kho nhưng không dùng được", en="On file, but cannot be used")
_NOT_HELD = Bilingual(vi="Chưa có trong kho", en="Not on file")
_ANOTHER = Bilingual(vi="Chỉ cần một trong các giấy này, đã có", en="One of these is enough, and is there")
