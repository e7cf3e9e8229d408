"""A document type as catalogue data: how it is recognised and where its values stand.

The YAML files of `schemas/catalogue/document_types/` are of this shape, so that a type is added
without code.
"""

from enum import StrEnum

from pydantic import Field

from schemas.base.language import Bilingual
from schemas.base.model import Frozen


class ValueKind(StrEnum):
    """Kinds of value; each has one parser in `ocr/extraction/value_parsers.py`."""

    TEXT = "text"
    PERSON_NAME = "person_name"
    PERSONAL_ID = "personal_id"
    DATE = "date"
    DATE_TIME = "date_time"
    YEAR = "year"
    GENDER = "gender"
    CODE = "code"
    DOCUMENT_NUMBER = "document_number"
    DIGITS = "digits"
    MONEY = "money"
    AREA = "area"
    LOWER = "lower"
    PAPER_LIST = "paper_list"

    @property
    def is_number(self) -> bool:
        """Its digits are what counts."""
        return self in _NUMBERS

    @property
    def misread_as(self) -> str:
        """The way in which it is misread: that of `digits`, of a `name`, of `text`."""
        return "digits" if self.is_number else "name" if self is ValueKind.PERSON_NAME else "text"


_NUMBERS = {
    ValueKind.PERSONAL_ID,
    ValueKind.DATE,
    ValueKind.DATE_TIME,
    ValueKind.YEAR,
    ValueKind.CODE,
    ValueKind.DOCUMENT_NUMBER,
    ValueKind.DIGITS,
    ValueKind.MONEY,
    ValueKind.AREA,
}


class Locator(StrEnum):
    """Where a field's value stands; each has one finder in `ocr/extraction/locators.py`."""

    LABEL = "label"
    """Right of its label, or under it when nothing stands right; on, while no other label begins."""
    PATTERN = "pattern"
    """What the group `value` of a regular expression names; `part: head` looks above the title."""
    DATE_LINE = "date_line"
    """`Hà Nội, ngày 05 tháng 01 năm 2020` on a line of its own: the date; with `part: head` only
    above the title, with `part: place` the place there."""
    HEADER_LEFT = "header_left"
    """Capitals of the left column above the document number: `part` is `agency` or `parent`."""
    TITLE = "title"
    """Which of the type's titles stands on the paper, in lower case."""
    HEADING = "heading"
    """The first lines in capitals, in the upper half, of which the first matches the pattern."""
    BELOW_TITLE = "below_title"
    """Lines under the title, down to the body."""
    SIGNATURE = "signature"
    """The block at the lower right: `part` is `capacity`, `title` or `name`."""
    ARRIVAL = "arrival"
    """The stamp of arrival of the office that got the document: `part` is `number` or `date`."""
    TABLE = "table"
    """Rows of the table below the label."""
    CODE = "code"
    """A QR code or barcode whose text the pattern matches."""


class Phrase(Frozen):
    """Words that speak for a type, compared without marks and with some OCR error."""

    text: str = ""
    pattern: str = Field("", description="a regular expression on a line, instead of words")
    weight: float = Field(1.0, gt=0)
    capitals: bool = Field(False, description="only a line in capitals counts")
    title: bool = Field(False, description="one of the type's `titles`, instead of words")


class Finder(Frozen):
    """One way to find a value; a field tries its finders in turn, the first that finds wins."""

    where: Locator
    labels: tuple[str, ...] = ()
    pattern: str = ""
    section: str = Field("", description="only in this section of the form")
    part: str = ""
    value: str = Field("", description="what a match stands for, when that is not printed itself")
    lines: int = Field(1, ge=1, description="how many lines the value may take")


class FieldCheck(StrEnum):
    """Rules that can apply to a field; each is one pure function in `rules/fields/checks.py`."""

    PERSONAL_ID = "personal_id"
    DATE = "date"
    ISSUE_DATE = "issue_date"
    DOCUMENT_NUMBER = "document_number"
    DOSSIER_CODE = "dossier_code"
    TAX_CODE = "tax_code"
    LAND_SERIAL = "land_serial"
    PLACE = "place"
    CERTIFICATE_NUMBER = "certificate_number"
    ETHNIC_GROUP = "ethnic_group"
    NATIONALITY = "nationality"


class FieldRule(Frozen):
    """One field of a type."""

    kind: ValueKind
    label: Bilingual
    required: bool = Field(False, description="shown to a person unless surely read")
    expected: bool = Field(False, description="on every paper of the type: without a value it is doubted")
    find: tuple[Finder, ...] = Field(min_length=1)
    echoes: tuple[Finder, ...] = Field((), description="where the paper says the value again")
    many: bool = Field(False, description="several values, all of the first finder's, joined with `; `")
    check: FieldCheck | None = None


class Section(Frozen):
    """A part of a form in which the same labels mean someone else (child, mother, father)."""

    name: str
    begins: tuple[str, ...] = Field(min_length=1, description="labels with which it begins")
    beside: str = Field("", description="the section that may stand in another column beside it")


class Person(Frozen):
    """Whom a type speaks of: the fields that say who it is; the same person may be on other papers."""

    full_name: str
    personal_id: str = ""
    previous_id: str = Field("", description="an older number of the same person, on the same paper")
    born: str = Field("", description="date or year of birth")


class DocumentType(Frozen):
    """One type of paper (loại giấy tờ)."""

    id: str
    title: Bilingual
    titles: tuple[str, ...] = Field((), description="lines in capitals that name such a paper")
    relatives: tuple[str, ...] = Field((), description="titles like these that name other papers")
    recognise: tuple[Phrase, ...] = ()
    enough: float = Field(1.0, gt=0, description="sum of weights that makes a page this type")
    joins: tuple[Phrase, ...] = Field(
        (), description="phrases of a further page of the same paper (the back of a card)"
    )
    ends: tuple[Phrase, ...] = Field(
        (), description="phrases of the last page; until one is seen, nameless pages belong to it"
    )
    sections: tuple[Section, ...] = ()
    persons: tuple[Person, ...] = ()
    organisations: tuple[Person, ...] = Field((), description="`personal_id` is the enterprise code")
    dated: tuple[str, ...] = Field((), description="date fields; the first with a value dates the paper")
    purpose: str = Field("", description="field that says what the paper was given for")
    caution: Bilingual | None = Field(None, description="what to look at before it is used")
    stops: tuple[str, ...] = Field((), description="labels that end a value without being a field")
    english: tuple[str, ...] = Field((), description="second labels, which belong to the label before them")
    fields: dict[str, FieldRule] = Field(default_factory=dict)


class Wording(Frozen):
    """Words on papers of a type, of all years and levels: added to what its own file says."""

    titles: tuple[str, ...] = ()
    relatives: tuple[str, ...] = Field((), description="titles of papers that are not of this type")
    labels: dict[str, tuple[str, ...]] = Field(default_factory=dict, description="by field")
    english: dict[str, tuple[str, ...]] = Field(
        default_factory=dict, description="labels in English, printed beside or below the Vietnamese ones"
    )
    sections: dict[str, tuple[str, ...]] = Field(
        default_factory=dict, description="headings with which a section of the type begins"
    )
    others: tuple[str, ...] = Field((), description="labels of what is no field of ours")
    headings: tuple[str, ...] = ()
