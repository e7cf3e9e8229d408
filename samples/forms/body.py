"""The fields of a paper: beside, above, in tables, in columns for two persons, in sentences."""

from random import Random

from samples.drawing.canvas import px
from samples.forms.families import HEADS, PAIRED
from samples.forms.frame import FramedPaper
from samples.forms.sheet import LEFT, RIGHT, WIDTH
from samples.forms.values import Value
from samples.forms.wordings import listed
from samples.persons import draw_address
from schemas.base.geometry import Box
from schemas.document_type import Locator, ValueKind

_BY_PLACE = {
    Locator.HEADER_LEFT,
    Locator.DATE_LINE,
    Locator.SIGNATURE,
    Locator.TITLE,
    Locator.HEADING,
    Locator.BELOW_TITLE,
}
_LEADER = "." * 60
_LEFT_OUT = 0.25
"""How often a form words it otherwise than a sentence that would fit."""


class FilledPaper(FramedPaper):
    """A paper with its fields."""

    def draw(self) -> None:
        """Write the whole paper."""
        self._head()
        self._title()
        if self.kind.id == "administrative_document":
            self._letter()
        else:
            self._body()
        self._foot()

    def _body(self) -> None:
        arrangement = self.family.arrangement
        names = self._labelled()
        if arrangement in ("columns", "person_table"):
            self._persons(names)
        elif arrangement == "sentences":
            self._sentences(self._by_person(names))
        elif arrangement == "table":
            self._table(self._by_person(names))
        else:
            self._lines(self._by_person(names))
        self._rest()

    def _by_person(self, names: list[str]) -> list[str]:
        """What is said of one person together, after a heading where the labels do not name them."""
        pair = next((p for p in PAIRED if any(n.startswith(p) for n in names)), None)
        if pair is None:
            return names
        first = next(at for at, n in enumerate(names) if n.startswith(pair))
        own = [n for n in names if n.startswith(pair)]
        grouped = []
        for prefix in pair if self.family.number % 2 else reversed(pair):
            part = [n for n in own if n.startswith(prefix)]
            stems = [f"{prefix}full_name"] if f"{prefix}full_name" in part else []
            named = stems and any(
                w in self.family.labels[stems[0]].lower()
                for w in ("vợ", "chồng", "mẹ", "cha", "bố", "nam", "nữ")
            )
            if not named or self.family.headings:
                grouped.append("= " + HEADS[prefix][self.family.number % 3])
            grouped += [*stems, *(n for n in part if n not in stems)]
        return [
            *(n for n in names[:first] if n not in own),
            *grouped,
            *(n for n in names[first:] if n not in own),
        ]

    def _rest(self) -> None:
        """Labels and notes that are no field of ours."""
        for label in self.rng.sample(self.wording.others, min(self.family.others, len(self.wording.others))):
            self._room(2)
            tail = draw_address(self.rng, house=False) if self.rng.random() < 0.4 else ""
            self.sheet.y = self.sheet.paragraph(LEFT, LEFT, RIGHT, f"{label}{self.family.colon} {tail}")
        for note in self.rng.sample(self.wording.notes, min(self.rng.randint(0, 2), len(self.wording.notes))):
            self._room(2)
            self.sheet.y = self.sheet.paragraph(LEFT, LEFT, RIGHT, note, "Italic")

    def _labelled(self) -> list[str]:
        """Fields with labels and headings, in order, that no other place of the paper holds."""
        wanted: list[str] = []
        for item in self.family.order:
            if item.startswith("= "):
                wanted += [item] if self.family.headings and wanted else []
                continue
            rule, words = self.kind.fields.get(item), self.wording.fields.get(item)
            if rule is None or words is None or not words.is_labelled or item in self.truth:
                continue
            if rule.kind is not ValueKind.PAPER_LIST and rule.find[0].where not in _BY_PLACE:
                wanted.append(item)
        return list(dict.fromkeys(wanted))

    def _lines(self, names: list[str]) -> None:
        """Labels with values, one or two a line."""
        two = self.family.arrangement == "pairs"
        at = 0
        while at < len(names):
            name = names[at]
            if name.startswith("= "):
                self._heading(name[2:])
                at += 1
                continue
            row = [name]
            if two:
                while (
                    at + len(row) < len(names)
                    and len(row) < 3
                    and all(self._is_short(n) for n in (row[-1], names[at + len(row)]))
                ):
                    row.append(names[at + len(row)])
            self._room(3)
            top, bottom = self.sheet.y, self.sheet.y
            width = (RIGHT - LEFT) // len(row)
            for n, own in enumerate(row):
                self.sheet.y = top
                self._entry(
                    own, LEFT + n * width, LEFT + (n + 1) * width - (px(4) if n + 1 < len(row) else 0)
                )
                bottom = max(bottom, self.sheet.y)
            self.sheet.y = bottom
            at += len(row)

    def _entry(self, name: str, left: int, right: int, label: str | None = None) -> None:
        """A label and its value between `left` and `right`; the pen goes below."""
        family, sheet = self.family, self.sheet
        value = self._value(name)
        shown = self._label(name) if label is None else label
        self.count += 1
        mark = {
            "": "",
            "1. ": f"{self.count}. ",
            "- ": "- ",
            "a) ": f"{chr(96 + (self.count - 1) % 26 + 1)}) ",
        }[family.numbering]
        english = self.wording.fields[name].english
        both = (
            f"{shown} / {self.rng.choice(english)}" if family.english and english and label is None else shown
        )
        head = f"{mark}{both}{family.colon}"
        end = sheet.write(left, sheet.y, head)
        if value is None:
            sheet.write(end + px(2), sheet.y, _LEADER[: self.rng.randint(10, 60)]) if family.leaders else None
            sheet.y += sheet.step
            return
        self._keep(name, value.value)
        self.labels[name] = shown
        style = "Bold" if family.number % 3 == 0 else "Regular"
        if family.arrangement == "above" or sheet.width(head) > 0.7 * (right - left):
            sheet.y += sheet.step
            sheet.y = sheet.paragraph(left, left, right, value.printed, style)
            return
        gap = px(2) if family.colon else px(6)
        first = end + gap
        if family.leaders and self.rng.random() < 0.5:
            value = Value(value.printed, value.value)
            end = sheet.width(value.printed, style) + first
            if end + px(12) < right:
                dots = int((right - end - px(4)) / max(sheet.width("."), 1))
                sheet.write(end + px(1), sheet.y, _LEADER[:dots])
        hang = left if family.number % 2 else min(first, left + (right - left) // 2)
        sheet.y = sheet.paragraph(hang, first, right, value.printed, style)

    def _table(self, names: list[str]) -> None:
        """A row each: the label's cell and the value's."""
        sheet, ruled = self.sheet, self.family.number % 2 == 0
        middle = LEFT + round((RIGHT - LEFT) * self.rng.choice((0.35, 0.4, 0.45)))
        for name in names:
            self._room(4)
            sheet = self.sheet
            if name.startswith("= "):
                self._heading(name[2:])
                continue
            value, top = self._value(name), sheet.y
            label = self._label(name)
            below = sheet.paragraph(LEFT + px(2), LEFT + px(2), middle - px(2), label + self.family.colon)
            bottom = sheet.paragraph(middle + px(2), middle + px(2), RIGHT, value.printed) if value else below
            if value:
                self._keep(name, value.value)
                self.labels[name] = label
            sheet.y = max(below, bottom) + px(1.5)
            if ruled:
                sheet.cells += [
                    Box(LEFT, top - px(1), middle, sheet.y - px(1)),
                    Box(middle, top - px(1), RIGHT, sheet.y - px(1)),
                ]

    def _persons(self, names: list[str]) -> None:
        """Two persons side by side: in columns with labels, or in a table with the labels at the left."""
        pair = next(p for p in PAIRED if any(n.startswith(p) for n in names))
        pair = pair if self.family.number % 4 else (pair[1], pair[0])
        own = [n for n in names if n.startswith(pair)]
        stems = list(dict.fromkeys(n.split("_", 1)[1] for n in own))
        first = next((at for at, n in enumerate(names) if n.startswith(pair)), 0)
        self._lines([n for n in names[:first] if n not in own])
        as_table = self.family.arrangement == "person_table"
        edges = [LEFT, LEFT + px(40), LEFT + px(105), RIGHT] if as_table else [LEFT, LEFT, WIDTH // 2, RIGHT]
        self._room(len(stems) * 2 + 3)
        sheet = self.sheet
        heads = [self.rng.choice(HEADS[p]) for p in pair]
        if as_table or self.rng.random() < 0.7:
            for n, head in enumerate(heads):
                sheet.centre((edges[n + 1] + edges[n + 2]) // 2, head, "Bold")
            sheet.y += sheet.step
        generic = as_table or self.rng.random() < 0.5
        for stem in stems:
            label = self._generic_label(pair, stem)
            top = bottom = sheet.y
            if as_table:
                bottom = sheet.paragraph(LEFT, LEFT, edges[1] - px(2), label)
            for n, prefix in enumerate(pair):
                name = f"{prefix}{stem}"
                if name not in own:
                    continue
                sheet.y = top
                if as_table:
                    value = self._value(name)
                    if value:
                        sheet.y = sheet.paragraph(
                            edges[n + 1] + px(2), edges[n + 1] + px(2), edges[n + 2] - px(2), value.printed
                        )
                        self._keep(name, value.value)
                        self.labels[name] = label
                else:
                    self._entry(name, edges[n + 1], edges[n + 2] - px(4), label if generic else None)
                bottom = max(bottom, sheet.y)
            if as_table and self.family.number % 2:
                sheet.cells += [Box(edges[n], top, edges[n + 1], bottom) for n in range(3)]
            sheet.y = bottom
        self._lines([n for n in names[first:] if n not in own])

    def _sentences(self, names: list[str]) -> None:
        """Running text with values in it; the fields that no sentence holds follow with labels."""
        left = set(names)
        others_begun = False
        for sentence in self.wording.sentences:
            wanted = _named(sentence)
            persons = {
                prefix for pair in PAIRED for prefix in pair if any(n.startswith(prefix) for n in wanted)
            }
            heads = {f"{prefix}full_name" for prefix in persons}
            unclear = len(persons) > 1 and not heads <= set(wanted)
            if unclear or (others_begun and not persons) or self.rng.random() < _LEFT_OUT:
                continue
            if not wanted or not set(wanted) <= left or len(set(wanted)) < len(wanted):
                continue
            values = {name: self._value(name) for name in wanted}
            if any(value is None for value in values.values()):
                continue
            filled = sentence
            for name, value in values.items():
                filled = filled.replace(f"{{{name}}}", value.printed if value else "")
            if "{" in filled:
                filled = _fill(self.rng, filled)
            self._lines([name for name in names if name in heads & left and name not in wanted])
            left -= heads
            others_begun = others_begun or bool(persons)
            self._room(4)
            self.sheet.y = self.sheet.paragraph(LEFT, LEFT + px(8), RIGHT, filled)
            for name, value in values.items():
                if value:
                    self._keep(name, value.value)
            left -= set(wanted)
        self._lines([name for name in names if name in left or name.startswith("= ")])


def _named(sentence: str) -> list[str]:
    parts = sentence.split("{")[1:]
    return [part.split("}")[0] for part in parts if not part.startswith("x_")]


def _fill(rng: Random, sentence: str) -> str:
    """Sample values for what is no field of ours."""
    known = listed("notes").get("placeholders", {})
    for part in sentence.split("{")[1:]:
        name = part.split("}")[0]
        choices = known.get(name) or known.get("{" + name + "}") or ["…"]
        sentence = sentence.replace(
            f"{{{name}}}", str(rng.choice(choices) if isinstance(choices, list) else choices), 1
        )
    return sentence
