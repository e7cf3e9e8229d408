"""Families of papers: a layout and a wording, the same on all papers of a family."""

from dataclasses import dataclass
from random import Random

from samples.forms.values import ValueStyle
from samples.forms.wordings import FormWording
from schemas.document_type import DocumentType, FieldRule, Locator

ARRANGEMENTS = (
    "plain",
    "plain",
    "pairs",
    "table",
    "above",
    "columns",
    "person_table",
    "sentences",
    "bilingual",
)
PAIRED = (("wife_", "husband_"), ("mother_", "father_"))
HEADS = {
    "wife_": ("VỢ", "BÊN NỮ", "Người vợ"),
    "husband_": ("CHỒNG", "BÊN NAM", "Người chồng"),
    "mother_": ("NGƯỜI MẸ", "MẸ", "Người mẹ"),
    "father_": ("NGƯỜI CHA", "CHA", "Người cha"),
}


@dataclass(frozen=True)
class Family:
    """What all papers of a family share."""

    number: int
    arrangement: str
    order: tuple[str, ...]
    labels: dict[str, str]
    values: ValueStyle
    font_set: str
    face: str
    points: float
    colon: str
    leaders: bool
    numbering: str
    english: bool
    heads: str
    """`sides`: agency left, motto right; `motto`: the motto alone; `none`."""
    headings: bool
    number_at: str
    title: tuple[str, ...]
    others: int
    sign_columns: bool


def _is_stamped(rule: FieldRule) -> bool:
    """Whoever gets a paper adds it; the paper itself has no such field."""
    return all(finder.where is Locator.ARRIVAL for finder in rule.find)


def family_of(kind: DocumentType, wording: FormWording, number: int) -> Family:
    """Family `number` of a type."""
    rng = Random(f"family-{kind.id}-{number}")
    paired = any(name.startswith(PAIRED[0] + PAIRED[1]) for name in kind.fields)
    choices = [
        a
        for a in ARRANGEMENTS
        if (paired or a not in ("columns", "person_table")) and (wording.sentences or a != "sentences")
    ]
    labels = {}
    for name, field in wording.fields.items():
        usual = field.labels[:3] or ("",)
        labels[name] = rng.choice(usual if rng.random() < 0.6 else field.labels or ("",))
    order = list(rng.choice(wording.orders))
    missing = [
        name
        for name, rule in kind.fields.items()
        if name not in order
        and not _is_stamped(rule)
        and (rule.required or rule.expected or rng.random() < 0.5)
    ]
    for name in missing:
        order.insert(rng.randint(0, len(order)), name)
    arrangement = choices[number % len(choices)] if number < 3 * len(choices) else rng.choice(choices)
    if kind.id == "identity_card":
        arrangement = rng.choice(("bilingual", "bilingual", "above", "plain"))
    return Family(
        number=number,
        arrangement=arrangement,
        order=tuple(order),
        labels=labels,
        values=ValueStyle(rng.random() < 0.6, rng.randrange(8), rng.random() < 0.7),
        font_set=rng.choice("abc"),
        face=rng.choice(("serif", "serif", "sans")),
        points=rng.choice((11.0, 12.0, 12.5, 13.0, 14.0)),
        colon=":" if rng.random() < 0.85 else "",
        leaders=rng.random() < 0.25,
        numbering=rng.choice(("", "", "", "1. ", "- ", "a) ")),
        english=arrangement == "bilingual",
        heads=rng.choice(
            (
                "sides",
                "sides",
                "sides" if _is_issued_by_its_head(kind) else "motto",
                "none" if kind.id in ("land_use_certificate", "identity_card") else "sides",
            )
        ),
        headings=rng.random() < 0.6,
        number_at=rng.choice(("agency", "right", "title")),
        title=rng.choice(wording.titles),
        others=rng.randint(0, 4),
        sign_columns=rng.random() < 0.4,
    )


def _is_issued_by_its_head(kind: DocumentType) -> bool:
    """Nothing but the head says which agency such a paper is of."""
    return any(
        rule.required and rule.find[0].where is Locator.HEADER_LEFT and rule.find[0].part == "agency"
        for rule in kind.fields.values()
    )
