"""Papers, their fields with a receipt for each value, and the dossiers that hold them."""

from datetime import date, datetime
from enum import StrEnum

from pydantic import Field, JsonValue

from schemas.base.geometry import Box
from schemas.base.language import Bilingual
from schemas.base.model import Frozen
from schemas.page import InkColour, MarkKind

UNKNOWN = "unknown"
"""Type of a paper that fits no type well enough; it goes to a person."""


class Source(StrEnum):
    """Where a value comes from."""

    OCR = "ocr"
    QR = "qr"
    MRZ = "mrz"
    BARCODE = "barcode"
    DERIVED = "derived"
    PERSON = "person"


_NO_CHECKS = ("handwritten", "paper_doubted", "place_split", "readings_differ")


class Problem(Frozen):
    """What does not fit, for a person to settle. A problem never changes a value."""

    code: str
    message: Bilingual

    @property
    def is_failed_check(self) -> bool:
        """The value does not pass a check; other codes tell something beside it, or why a person is asked."""
        return self.code not in _NO_CHECKS


class Echo(Frozen):
    """The same value where the paper says it again: in words, in print beside a code.

    It is compared, and never used in place of the value.
    """

    value: JsonValue
    raw: str
    page_number: int = Field(ge=1)
    box: Box
    source: Source = Source.OCR


class UnitToday(Frozen):
    """The administrative unit of today that a printed address lies in; several wards where it was split.

    `version` is the day from which the table of successors holds.
    """

    province: str
    wards: tuple[str, ...] = Field(min_length=1)
    version: str


class Evidence(Frozen):
    """What speaks for a value besides its checks; `rules/fields/confidence.py` makes a probability of it."""

    words: float = Field(1.0, ge=0, le=1)
    """Probability that every word was read right, as if they were independent."""
    weakest: float = Field(1.0, ge=0, le=1)
    """That of the least sure word."""
    label: float = Field(1.0, ge=0, le=1)
    """Likeness of the printed label to the expected one."""
    letters: int = Field(0, ge=0)
    syllables: float = Field(1.0, ge=0, le=1)
    """Share of its words that Vietnamese syllables can be."""
    rivalled: float = 0.0
    """How much more common than a word read is the likeliest that looks like it (-1…1), the worst of all."""
    familiar: float = Field(0.0, ge=0, le=1)
    """How common the rarest of its words is: 0 unheard of … 1 one word in ten."""
    looks: int = Field(0, ge=0)
    """How many engines read the value again, on its own."""
    agreeing: int = Field(0, ge=0)
    """How many of these say the same."""
    agreeing_engines: tuple[str, ...] = ()
    """Which ones: such as `tesseract`."""
    alike: int = Field(0, ge=0)
    """How many say at least the same digits, of a text the same letters without marks."""
    unseen: int = Field(0, ge=0)
    """How many words of a text no engine read again as they stand."""
    colon: bool = False
    """A colon stands between the label and the value."""
    below: bool = False
    """The value stands under its label, not beside it."""
    lines: int = Field(1, ge=1)
    """How many lines it takes."""
    owners: int = Field(1, ge=0)
    """How many fields of the type its label may stand for."""
    repeated: int = Field(0, ge=0)
    """How often the label stands elsewhere on the paper."""
    rivals: int = Field(0, ge=0)
    """How many other values stand where this one could."""
    followed: bool = False
    """A line that no label begins stands right below it."""
    running: bool = False
    """It stands in a sentence."""
    written: bool = False
    """It, or a part of it, is written by hand: what it says is the likeliest of `proposals`."""
    unlisted: bool = False
    """No list has its label; `label` is then how likely it is the field's."""


class Proposal(Frozen):
    """A value that may be meant."""

    value: str
    chance: float = Field(ge=0, le=1)


class Answer(StrEnum):
    """What a person said of a field."""

    KEPT = "kept"
    """The value shown is right."""
    CHANGED = "changed"
    ILLEGIBLE = "illegible"
    """It stands there and cannot be read."""
    ABSENT = "absent"
    """The paper does not have it."""


class FieldValue(Frozen):
    """One value and its receipt: where the ink is, what was read there, and how sure.

    `value` is None when the paper shows the field but it cannot be read, or when every paper of the type has
    the field and it was not found (problem `not_found`).
    """

    value: JsonValue
    raw: str
    confidence: float = Field(ge=0, le=1)
    page_number: int = Field(ge=1)
    box: Box
    source: Source = Source.OCR
    needs_review: bool = False
    problems: tuple[Problem, ...] = ()
    lines: tuple[Box, ...] = ()
    """The value's ink line by line; `box` is around all of it."""
    label_box: Box | None = None
    """Where its printed label stands, if it was found by one."""
    evidence: Evidence = Evidence()
    echoes: tuple[Echo, ...] = ()
    today: UnitToday | None = None
    """Of an address: the unit that it lies in today."""
    proposals: tuple[Proposal, ...] = ()
    """What a doubtful field may be, the likeliest first: a person chooses."""
    answer: Answer | None = None
    """What a person said of it, last."""
    confirmed_by: tuple[str, ...] = ()
    """Logins of those who looked at the ink and said so."""


class PageRef(Frozen):
    """One page of one scan, and the reading it was read under."""

    scan: str
    page_number: int = Field(ge=1)
    reading_key: str

    @property
    def place(self) -> tuple[str, int]:
        """The page, under whatever reading."""
        return self.scan, self.page_number


class Keyed(Frozen):
    """A value that a person typed without seeing any other, and who."""

    by: str
    value: JsonValue


class PaperMark(Frozen):
    """A seal, a stamp or a signature that was seen on a paper, by its colour and shape.

    A paper copied in black and white may bear one that was not seen; a mark is evidence, not a check.
    """

    kind: MarkKind
    colour: InkColour
    page_number: int = Field(ge=1)
    box: Box


class State(StrEnum):
    """States of a paper: read → needs_review → verified.

    A freshly read paper is `read` when nothing on it is doubtful, else `needs_review`; who holds it is told
    by a lease. While a person laid its pages anew and they wait to be read again it is `in_review`, a name
    that earlier versions stored. `rescan` waits for a better scan.
    """

    READ = "read"
    NEEDS_REVIEW = "needs_review"
    REREADING = "in_review"
    RESCAN = "rescan"
    VERIFIED = "verified"
    SIGNED = "signed"
    ARCHIVED = "archived"
    REJECTED = "rejected"
    SUPERSEDED = "superseded"


class Extract(Frozen):
    """What was understood of some consecutive pages before it became a record."""

    document_type: str
    confidence: float = Field(ge=0, le=1)
    pages: tuple[int, ...] = Field(min_length=1)
    """Positions in the stack of pages that was split, from 1."""
    fields: dict[str, FieldValue]
    signed_on: tuple[date, ...] = ()
    """Days on which the files of its pages were signed, as their signatures say; earliest first."""
    unexplained: int = Field(0, ge=0)
    """Words on it that look like labels of something and led to no field."""
    marks: tuple[PaperMark, ...] = ()
    whole: float = Field(0.0, ge=0, le=1)
    """Probability that all that stands on it is in `fields`, and right."""


class Paper(Frozen):
    """Giấy tờ: one document inside a dossier, one revision of its record."""

    id: str
    revision: int = Field(ge=1)
    dossier_id: str
    document_type: str
    confidence: float = Field(ge=0, le=1)
    pages: tuple[PageRef, ...] = Field(min_length=1)
    fields: dict[str, FieldValue]
    marks: tuple[PaperMark, ...] = ()
    """Seals, stamps and signatures seen on it."""
    state: State
    read_at: datetime
    pdf_key: str
    pdf_sha256: str
    alto_key: str
    alto_sha256: str
    settled_by: tuple[str, ...] = ()
    """Logins of those who settled it, in order; while it needs review, another has to see it."""
    settled_at: datetime | None = None
    keyed: dict[str, tuple[Keyed, ...]] = Field(default_factory=dict)
    """By field: what was keyed blind, until it is settled."""

    @property
    def hands(self) -> tuple[str, ...]:
        """Who must not settle it alone: they typed what is still open, and another has to look."""
        typed = [
            login for field in self.fields.values() if field.needs_review for login in field.confirmed_by
        ]
        return tuple(dict.fromkeys([*typed, *(k.by for entries in self.keyed.values() for k in entries)]))

    @property
    def text_is_stale(self) -> bool:
        """A person changed a value since PDF and ALTO were made."""
        typed = any(field.source is Source.PERSON for field in self.fields.values())
        return typed and f"/r{self.revision}." not in self.pdf_key


class Dossier(Frozen):
    """Hồ sơ: the papers of one case, as they lay together in the stack."""

    id: str
    batch_id: str
    stack: str = ""
    """The stack it lay in; empty in records of earlier versions."""
    name: str
    code: str | None = None
    unit: str
    pages_expected: int | None = None
    pages: tuple[PageRef, ...] = ()
    separator: PageRef | None = None
    blanks: tuple[PageRef, ...] = ()
    papers: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    set_aside: tuple[PageRef, ...] = ()
    """Pages that a person said are none of the office's."""
    arrangement: int = 0
    """Number of the arrangement by a person that it follows; 0 when the machine split it."""
