"""Papers put together from a grammar: a family is a layout and a wording, a seed is one paper of it.

What a family decides (order, labels, arrangement, fonts, how values are printed) is the same on all its
papers, so that whole families can be left out of whatever is fitted.
"""

from dataclasses import dataclass
from random import Random

from pydantic import JsonValue

from samples.forms.body import FilledPaper
from samples.forms.families import family_of
from samples.forms.paper import motto, wrapped
from samples.forms.sheet import LEFT, RIGHT, WIDTH, Sheet
from samples.forms.values import draw_name
from samples.forms.wordings import foreign_papers, form_wordings
from schemas.catalogue import document_types


@dataclass(frozen=True)
class DrawnForm:
    """A paper of words, and its truth."""

    document_type: str
    family: int
    arrangement: str
    sheets: tuple[Sheet, ...]
    fields: dict[str, JsonValue]
    labels: dict[str, str]
    """With which words each field is labelled; empty where it has no label."""


def draw_form(kind: str, family: int, seed: int) -> DrawnForm:
    """Paper `seed` of a family of a type."""
    document_type, wording = document_types()[kind], form_wordings()[kind]
    drawn = FilledPaper(
        document_type, wording, family_of(document_type, wording, family), Random(f"{kind}-{family}-{seed}")
    )
    drawn.draw()
    return DrawnForm(kind, family, drawn.family.arrangement, tuple(drawn.sheets), drawn.truth, drawn.labels)


def draw_foreign(seed: int) -> DrawnForm:
    """A paper of no known type."""
    rng = Random(f"foreign-{seed}")
    title, lines = rng.choice(foreign_papers())
    sheet = Sheet(rng, rng.choice("abc"), rng.choice(("serif", "sans")), rng.choice((12.0, 13.0)))
    motto(sheet, WIDTH // 2 if rng.random() < 0.5 else WIDTH * 2 // 3)
    sheet.y += sheet.step
    for line in wrapped(sheet, title):
        sheet.centre(WIDTH // 2, line, scale=1.15)
        sheet.y += sheet.step
    for line in lines or rng.choice([lines for _, lines in foreign_papers() if lines]):
        sheet.y = sheet.paragraph(LEFT, LEFT, RIGHT, line)
    sheet.y += sheet.step
    sheet.centre(WIDTH * 3 // 4, draw_name(rng), "Bold")
    return DrawnForm("unknown", 0, "foreign", (sheet,), {}, {})
