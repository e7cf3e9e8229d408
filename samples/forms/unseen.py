"""Dossiers of layouts that nothing was fitted or looked at on: a family of the grammar for each, painted."""

from samples.forms.grammar import draw_form
from samples.forms.painting import paint
from samples.truth import DrawnPaper
from schemas.catalogue import document_types
from schemas.paper import UNKNOWN

_FIRST = 9000
"""Families from this number on are left alone: no fit, no score but the demo's."""


def draw_unseen(number: int) -> list[DrawnPaper]:
    """A paper of each known type, in the wording and layout of its family `number`."""
    papers = []
    for kind in sorted(set(document_types()) - {UNKNOWN}):
        form = draw_form(kind, _FIRST + number, 0)
        papers.append(DrawnPaper(kind, tuple(paint(sheet) for sheet in form.sheets), form.fields))
    return papers
