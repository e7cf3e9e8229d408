"""A simulated province: subjects, their papers with what scanning does to names, and what is true of them.

Homonyms, twins, numbers that changed with and without proof, old numbers that were given twice, cards
issued again, papers that ran out, were ended by a later one or revoked, and papers filed under somebody
else's number. Seeded: the same number gives the same subject.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random

from samples.persons import FAMILY, GIVEN, MIDDLE
from schemas.base.geometry import Box
from schemas.base.ids import derive_id
from schemas.paper import FieldValue, PageRef, Paper, Source, State

TODAY = date(2026, 11, 22)
_AT = datetime(2026, 11, 1, tzinfo=UTC)
_NOISE = 0.03
"""Share of a name's letters that are misread: the mark lost, or another letter."""
_TWINS, _NAMESAKES, _CHANGED, _PROVEN, _SHARED = 0.01, 0.01, 0.3, 0.9, 0.003
_BEFORE = 0.4
"""Share of the papers of who had an old number that bear it."""
_REVOKED, _MISFILED, _UNSEEN, _DOUBTFUL = 0.005, 0.0005, 0.05, 0.03
_WITH = "ảãáạàăắằẳẵặâấầẩẫậđéèẻẽẹêếềểễệíìỉĩịóòỏõọôốồổỗộơớờởỡợúùủũụưứừửữựýỳỷỹỵ"
_WITHOUT = "aaaaaaaaaaaaaaaaadeeeeeeeeeeeiiiiiooooooooooooooooouuuuuuuuuuuyyyyy"
_MARKS = dict(zip(_WITH, _WITHOUT, strict=True))
_ALIKE = {"n": "u", "u": "n", "h": "b", "c": "e", "e": "c", "i": "l", "o": "c", "g": "q", "t": "l"}


@dataclass
class Subject:
    """Somebody, and what is true of the papers that name them."""

    name: str
    born: date
    gender: str
    number: str
    old_number: str = ""
    proven: bool = False
    """A card on file names the old number in its code."""
    usable: dict[str, set[str]] = field(default_factory=dict)
    """By document type: papers that are theirs, in force, seen, and may be used today."""


def draw_subject(seed: int, n: int) -> Subject:
    """The n-th subject of the province; an odd one may be the twin or namesake of the one before."""
    rng = Random(f"{seed}-{n}")
    gender = rng.choice(("male", "female"))
    middle = rng.choice(MIDDLE[gender])
    name = f"{rng.choice(FAMILY)} {middle} {rng.choice(GIVEN[gender])}"
    born = date(1946, 1, 1) + timedelta(days=rng.randrange(58 * 365))
    if n % 2 and rng.random() < _TWINS + _NAMESAKES:
        other = draw_subject(seed, n - 1)
        gender, born = other.gender, other.born
        family = other.name.rpartition(" ")[0]
        given = [g for g in GIVEN[gender] if g not in other.name]
        name = (
            other.name
            if rng.random() < _NAMESAKES / (_TWINS + _NAMESAKES)
            else f"{family} {rng.choice(given)}"
        )
    century = (0 if born.year < 2000 else 2) + (gender == "female")
    number = f"{rng.choice(('070', '074', '006', '019'))}{century}{born.year % 100:02d}{n % 10**6:06d}"
    changed = rng.random() < _CHANGED and born.year < 2005
    old = f"{(n // 2 if rng.random() < _SHARED else n) + 200_000_000:09d}" if changed else ""
    return Subject(name, born, gender, number, old, proven=changed and rng.random() < _PROVEN)


def draw_papers(seed: int, n: int, of: Subject, count: int) -> Iterator[tuple[Paper, bool]]:
    """Papers that name the subject, and whether each was revoked; what is usable is noted on the subject."""
    rng = Random(f"{seed}-{n}-papers")
    kinds = [
        "identity_card",
        "birth_certificate",
        "marital_status_certificate",
        "marital_status_certificate",
        "identity_card",
    ]
    known: list[tuple[str, date, Paper, bool]] = []
    for at in range(count):
        kind = kinds[at % len(kinds)]
        issued = _issued(rng, kind, of)
        before = of.old_number and kind != "identity_card" and rng.random() < _BEFORE
        number = of.old_number if before else of.number
        misfiled = rng.random() < _MISFILED
        paper = _paper(
            rng,
            derive_id("paper", seed, n, at),
            kind,
            of,
            number,
            issued,
            elses=f"{rng.choice(('070', '074'))}090{rng.randrange(10**6):06d}" if misfiled else "",
        )
        revoked = rng.random() < _REVOKED
        known.append((kind, issued, paper, revoked or misfiled))
        yield paper, revoked
    _note_usable(of, known)


def _note_usable(of: Subject, known: list[tuple[str, date, Paper, bool]]) -> None:
    """The truth, said again in plain words: what an archivist who knows everybody would hand out."""
    last_card = max((day for kind, day, _, _ in known if kind == "identity_card"), default=None)
    for kind, issued, paper, spoilt in known:
        theirs = str(paper.fields["personal_id"].value) == of.number or of.proven
        in_force = {
            "identity_card": issued == last_card and _last_day(paper) >= TODAY.isoformat(),
            "marital_status_certificate": issued >= date(2026, 5, 22),
        }.get(kind, True)
        fits = kind != "marital_status_certificate" or "kết hôn" in str(paper.fields["purpose"].value)
        if theirs and in_force and fits and not spoilt and paper.state is State.VERIFIED:
            of.usable.setdefault(kind, set()).add(paper.id)


def _last_day(paper: Paper) -> str:
    return str(paper.fields["expires_on"].value) if "expires_on" in paper.fields else _EVER


def _issued(rng: Random, kind: str, of: Subject) -> date:
    if kind == "birth_certificate":
        return of.born + timedelta(days=rng.randrange(3, 60))
    if kind == "identity_card":
        return date(2021, 3, 1) + timedelta(days=rng.randrange(1900))
    return date(2025, 6, 1) + timedelta(days=rng.randrange(530))


def _paper(
    rng: Random, paper_id: str, kind: str, of: Subject, number: str, issued: date, elses: str
) -> Paper:
    born, read = of.born.isoformat(), misread(rng, of.name)
    values = {"full_name": read, "date_of_birth": born, "personal_id": elses or number}
    if kind == "identity_card":
        expires = of.born.replace(day=1).replace(year=of.born.year + 58) <= issued.replace(day=1)
        values |= {"issued_on": issued.isoformat()}
        values |= {"previous_id": of.old_number} if of.proven else {}
        values |= {} if expires else {"expires_on": f"{issued.year + rng.choice((3, 15, 20))}-06-01"}
    elif kind == "birth_certificate":
        values |= {
            "registered_on": issued.isoformat(),
            "certificate_number": f"{rng.randrange(1, 400)}/{issued.year}",
        }
    else:
        values["issued_on"] = issued.isoformat()
        values["certificate_number"] = f"{rng.randrange(1, 600)}/UBND-XNTTHN"
        values["purpose"] = rng.choice(("Đăng ký kết hôn", "Bổ sung hồ sơ vay vốn"))
    odds = rng.random()
    state = State.NEEDS_REVIEW if odds < _UNSEEN + _DOUBTFUL else State.VERIFIED
    state = State.READ if odds < _UNSEEN else state
    return Paper.model_construct(
        id=paper_id,
        revision=1,
        dossier_id=derive_id("dossier", paper_id),
        document_type=kind,
        confidence=1,
        pages=(PageRef(scan="0" * 64, page_number=1, reading_key="0" * 64),),
        state=state,
        read_at=_AT,
        fields={name: _field(value, kind, name) for name, value in values.items() if value},
        pdf_key="",
        pdf_sha256="",
        alto_key="",
        alto_sha256="",
        settled_by=("lan",),
        settled_at=_AT,
        keyed={},
    )


def misread(rng: Random, name: str) -> str:
    """A name as scanning leaves it."""
    return "".join(_worn(rng, letter) if rng.random() < _NOISE else letter for letter in name)


def _worn(rng: Random, letter: str) -> str:
    bare = _MARKS.get(letter, letter)
    return bare if bare != letter or rng.random() < 0.5 else _ALIKE.get(letter, letter)


def _field(value: str, kind: str, name: str) -> FieldValue:
    coded = kind == "identity_card" and name in ("personal_id", "previous_id")
    return FieldValue.model_construct(
        value=value,
        raw=value,
        confidence=0.99,
        page_number=1,
        box=Box(0, 0, 9, 9),
        needs_review=False,
        source=Source.QR if coded else Source.OCR,
        problems=(),
        lines=(),
        label_box=None,
        echoes=(),
        today=None,
        answer=None,
        confirmed_by=(),
        evidence=_NO_EVIDENCE,
    )


_NO_EVIDENCE = FieldValue(value="", raw="", confidence=1, page_number=1, box=(0, 0, 0, 0)).evidence
_EVER = "9999-12-31"
