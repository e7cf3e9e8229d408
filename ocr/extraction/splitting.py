"""From a stack of read pages to papers: which type each page is, and where one paper ends."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

from ocr.extraction.fields import read_fields
from ocr.extraction.form import Form, is_motto
from ocr.extraction.label_matching import find_labels
from ocr.extraction.phrases import count_unexplained
from ocr.extraction.titles import find_title, first_title
from ocr.layout.facing_pages import facing_pages, shifted
from ocr.text.tokens import Row, rows_of
from schemas.catalogue import document_types
from schemas.document_type import DocumentType, Phrase
from schemas.page import MarkKind, PageText
from schemas.paper import UNKNOWN, Extract, FieldValue, PaperMark

_UNKNOWN_CONFIDENCE = 0.5
_TITLE = 1.5
"""Words in capitals of so much weight are a type's title."""
_HEAD_SHARE, _FIRST_ROWS, _CENTRE_SHARE = 0.3, 3, 0.06
"""A title stands in so much of the page, among its first rows, and so near to its middle."""
_PARTED = 3
"""White, in heights of the line, that parts what two people sign with: it is no title."""
_FEW_ROWS = 8
"""A page with no more is the end of the paper before it: who signed it, a note."""
_LEAST_LABEL = 6
"""Letters of a label that tells a page to go on: shorter ones stand on many papers."""
_MIDDLE = re.compile(r"^(?:[1-9]\d?$|[-–+•]\s|[a-zà-ỹđ])")
"""How a page begins that goes on: with its number, a list item, a sentence's rest."""


class _Side(NamedTuple):
    """A page of the stack, or one of two facing pages on it."""

    position: int
    page: PageText
    x: int
    """Where it begins on the image of the page."""


@dataclass
class _Run:
    """Consecutive pages of one paper, growing while the stack is walked."""

    document_type: DocumentType
    confidence: float
    sides: list[_Side] = field(default_factory=list)
    ended: bool = False


def split_papers(pages: Sequence[PageText]) -> tuple[Extract, ...]:
    """Papers in the order of the stack; blank pages belong to none.

    `Extract.pages` are positions in `pages`, from 1, and a field's `page_number` is such a
    position too. Two facing pages on one image always belong to one paper.
    """
    runs: list[_Run] = []
    for position, page in enumerate(pages, 1):
        if not page.blank:
            for side, x in facing_pages(page):
                _place(runs, _Side(position, side, x))
    return tuple(_extract(run) for run in runs)


def read_group(pages: Sequence[PageText], positions: Sequence[int], document_type: str | None) -> Extract:
    """The paper that the pages at `positions` (from 1) make, of that type or the one they say loudest."""
    sides = [_Side(at, side, x) for at in positions for side, x in facing_pages(pages[at - 1])]
    if document_type:
        return _extract(_Run(document_types()[document_type], 1.0, sides))
    heard = [recognise(rows_of([side.page])) for side in sides]
    known = [found for found in heard if found[0].id != UNKNOWN]
    kind, confidence = max(known or heard, key=lambda found: found[1])
    return _extract(_Run(kind, confidence, sides))


def recognise(rows: Sequence[Row]) -> tuple[DocumentType, float]:
    """The type whose phrases speak loudest, and 0…1; `unknown` when none is heard enough.

    The first title on the page that any type has speaks for that type alone, and louder than phrases that
    many papers share. Under the title of a paper of no type of ours only patterns count.
    """
    best, loudest = document_types()[UNKNOWN], 0.0
    titled = _titled(rows)
    for document_type in document_types().values():
        if not document_type.recognise:
            continue
        phrases = (p for p in document_type.recognise if titled != OTHER_PAPER or p.pattern)
        heard = sum(p.weight * _says(document_type, rows, p) for p in phrases)
        loudness = heard / document_type.enough + (_TITLE if titled == document_type.id else 0.0)
        if loudness >= 1 and loudness > loudest:
            best, loudest = document_type, loudness
    if not loudest:
        return best, _UNKNOWN_CONFIDENCE
    return best, round(min(0.6 + 0.3 * loudest, 0.99), 3)


OTHER_PAPER = ""
"""Stands for a title of a paper that is of no type of ours."""


def _titled(rows: Sequence[Row]) -> str | None:
    """The type whose title stands first on the page; `OTHER_PAPER` for another's, None without any."""
    titles, others = _all_titles()
    title = first_title(rows, tuple(titles), others)
    if title:
        return titles[title.text]
    return OTHER_PAPER if first_title(rows, others) else None


def _all_titles() -> tuple[dict[str, str], tuple[str, ...]]:
    """Every title by its type, and those of other papers."""
    titles = {title: kind.id for kind in document_types().values() for title in kind.titles}
    relatives = (title for kind in document_types().values() for title in kind.relatives)
    return titles, tuple(title for title in relatives if title not in titles)


def _place(runs: list[_Run], side: _Side) -> None:
    """Put a page to the last paper, or begin a new one."""
    rows = rows_of([side.page])
    found, confidence = recognise(rows)
    last = runs[-1] if runs else None
    if last and last.sides[-1].position == side.position:
        _add_facing(last, side, found, confidence)
    elif last and _joins(last.document_type, rows) and found.id in (UNKNOWN, last.document_type.id):
        last.sides.append(side)
        last.ended = False  # an annex may have further pages
        return
    elif last and found.id == UNKNOWN and _goes_on(last, rows):
        last.sides.append(side)
    else:
        last = _Run(found, confidence, [side])
        runs.append(last)
    last.ended = last.ended or any(_says(last.document_type, rows, p) for p in last.document_type.ends)


def _add_facing(run: _Run, side: _Side, found: DocumentType, confidence: float) -> None:
    """The second of two facing pages belongs to the paper of the first, and may be the one that names it."""
    run.sides.append(side)
    if found.id != UNKNOWN and (run.document_type.id == UNKNOWN or confidence > run.confidence):
        run.document_type, run.confidence = found, confidence


def _joins(document_type: DocumentType, rows: Sequence[Row]) -> bool:
    """A further page of the same paper: it says so, and does not bear the paper's title itself."""
    titled = (p for p in document_type.recognise if p.capitals and p.weight >= _TITLE)
    if any(_says(document_type, rows, phrase) for phrase in titled):
        return False
    return any(_says(document_type, rows, phrase) for phrase in document_type.joins)


def _goes_on(run: _Run, rows: Sequence[Row]) -> bool:
    """A nameless page goes on with a paper that has not ended, or begins in its middle."""
    if any(is_motto(row.text) for row in rows):
        return False
    if not run.document_type.ends:
        return run.document_type.id != UNKNOWN and _fills(run.document_type, rows)
    first = next((row.text for row in rows if any(token.bare for token in row.tokens)), "")
    return not run.ended or not first or bool(_MIDDLE.match(first))


def _fills(document_type: DocumentType, rows: Sequence[Row]) -> bool:
    """The page has no title of its own, and holds labels of the paper before it, or who signed it."""
    head = [row for row in rows if row.box.top < row.page.height_px * _HEAD_SHARE]
    if any(row.in_capitals and len(row.tokens) > 1 and _is_centred(row) for row in head[:_FIRST_ROWS]):
        return False
    labels = [label for rule in document_type.fields.values() for f in rule.find for label in f.labels]
    named = [
        hit for hit in find_labels(rows, (*labels, *document_type.stops)) if len(hit.label) > _LEAST_LABEL
    ]
    return bool(named) or sum(bool(row.text.strip(" .")) for row in rows) <= _FEW_ROWS


def _is_centred(row: Row) -> bool:
    widest = max((b.box.left - a.box.right for a, b in pairwise(row.tokens)), default=0)
    near = abs(row.box.center_x - row.page.width_px / 2) < _CENTRE_SHARE * row.page.width_px
    return near and widest < _PARTED * row.height


def _says(document_type: DocumentType, rows: Sequence[Row], phrase: Phrase) -> float:
    """0…1: how clearly the page says `phrase`."""
    if phrase.title:
        return float(find_title(rows, document_type.titles, document_type.relatives) is not None)
    looked = [row for row in rows if row.in_capitals] if phrase.capitals else rows
    if phrase.pattern:
        return float(any(re.search(phrase.pattern, row.text.strip(" .:")) for row in looked))
    hits = find_labels(looked, [phrase.text])
    return max((hit.score for hit in hits), default=0.0)


def _extract(run: _Run) -> Extract:
    own = [side.page.with_changes(page_number=at) for at, side in enumerate(run.sides, 1)]
    form = Form(run.document_type, own)
    fields = read_fields(form)
    return Extract(
        document_type=run.document_type.id,
        confidence=run.confidence,
        pages=tuple(dict.fromkeys(side.position for side in run.sides)),
        fields={name: _on_page(value, run.sides[value.page_number - 1]) for name, value in fields.items()},
        unexplained=count_unexplained(form, fields),
        signed_on=tuple(sorted({day for side in run.sides for day in side.page.signed_on})),
        marks=tuple(mark for side in run.sides for mark in _marks(side)),
    )


def _marks(side: _Side) -> Iterator[PaperMark]:
    """Seals, stamps and signatures of the side, where they stand on the whole image."""
    for mark in side.page.marks:
        if mark.kind is not MarkKind.HANDWRITING:
            box = shifted(mark.box, -side.x)
            yield PaperMark(kind=mark.kind, colour=mark.colour, page_number=side.position, box=box)


def _on_page(value: FieldValue, side: _Side) -> FieldValue:
    """`value` with the position of its page in the stack, and its box on the whole image."""
    moved: dict[str, Any] = {
        "box": shifted(value.box, -side.x),
        "lines": tuple(shifted(box, -side.x) for box in value.lines),
        "label_box": shifted(value.label_box, -side.x) if value.label_box else None,
    }
    return value.with_changes(page_number=side.position, **moved)
