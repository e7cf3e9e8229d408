"""A paper that is being put together: its sheets, its truth, and what all its parts need."""

from collections.abc import Iterator
from random import Random

from pydantic import JsonValue

from samples.drawing.canvas import px
from samples.forms.cast import draw_cast
from samples.forms.families import Family
from samples.forms.sheet import HEIGHT, LEFT, RIGHT, Sheet
from samples.forms.values import Value, draw_value
from samples.forms.wordings import FormWording, listed
from schemas.document_type import DocumentType, Locator, ValueKind

_SHORT = (ValueKind.GENDER, ValueKind.YEAR, ValueKind.DATE, ValueKind.DIGITS, ValueKind.AREA)


class Paper:
    """What is drawn so far."""

    def __init__(self, kind: DocumentType, wording: FormWording, family: Family, rng: Random) -> None:
        self.kind, self.wording, self.family, self.rng = kind, wording, family, rng
        self.truth: dict[str, JsonValue] = {}
        self.labels: dict[str, str] = {}
        self._settled = draw_cast(kind, rng)
        self.sheets: list[Sheet] = []
        self.count = 0
        self.is_body_done = False
        self._new_sheet()

    @property
    def sheet(self) -> Sheet:
        """The page that is written on."""
        return self.sheets[-1]

    def _heading(self, text: str) -> None:
        self._room(3)
        self.sheet.write(LEFT, self.sheet.y, text, "Bold")
        self.sheet.y += self.sheet.step

    def _value(self, name: str) -> Value | None:
        rule = self.kind.fields[name]
        words = self.wording.fields[name]
        if rule.kind in (ValueKind.CODE, ValueKind.DOCUMENT_NUMBER) and not words.examples:
            return None
        settled = self._settled.get(name, "")
        return draw_value(self.rng, name, rule, words, self.family.values, settled)

    def _label(self, name: str) -> str:
        return self.family.labels[name]

    def _generic_label(self, pair: tuple[str, str], stem: str) -> str:
        """The label that both columns share: without the person in it."""
        for prefix in pair:
            words = self.wording.fields.get(f"{prefix}{stem}")
            for label in words.labels if words else ():
                if not any(who in label.lower() for who in ("vợ", "chồng", "mẹ", "cha", "bố", " nam", " nữ")):
                    return label
        return {"full_name": "Họ, chữ đệm, tên", "birth_year": "Năm sinh"}.get(stem, "Giấy tờ tùy thân")

    def _is_short(self, name: str) -> bool:
        rule = self.kind.fields.get(name)
        return rule is not None and (rule.kind in _SHORT or "ethnicity" in name or "nationality" in name)

    def _by_place(self, where: Locator, part: str) -> str | None:
        for name, rule in self.kind.fields.items():
            here = any(finder.where is where and finder.part == part for finder in rule.find)
            if here and name not in self.truth:
                return name
        return None

    def _keep(self, name: str | None, value: JsonValue) -> None:
        if name:
            self.truth[name] = value

    def _room(self, lines: int) -> None:
        """A new page when fewer than so many lines are left."""
        if self.sheet.y + lines * self.sheet.step > HEIGHT - px(18):
            self._new_sheet()

    def _new_sheet(self) -> None:
        family = self.family
        self.sheets.append(Sheet(self.rng, family.font_set, family.face, family.points))


def motto(sheet: Sheet, middle: int) -> None:
    """The national name and motto, centred on `middle`."""
    national, *rest = sheet.rng.choice(listed("mottos")[:4])
    sheet.centre(middle, national, "Bold", 0.95)
    sheet.y += sheet.step
    for line in rest:
        sheet.centre(middle, line, "Bold")
        sheet.y += sheet.step


def wrapped(
    sheet: Sheet, text: str, width: int = RIGHT - LEFT, style: str = "Bold", scale: float = 1.0
) -> Iterator[str]:
    """The lines of `text` set in `width`."""
    line = ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and sheet.width(longer, style, scale) > width:
            yield line
            line = word
        else:
            line = longer
    yield line
