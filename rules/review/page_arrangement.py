"""Pages laid anew: what a person at the table wants, held against what lies there: no page is lost.

A dossier is split where a person says so (quên tờ phân cách), a page or paper goes to the dossier that it
belongs to, two are joined. A paper whose pages stay together stays the same paper wherever it goes.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import Annotated

from pydantic import Field

from schemas.arrangement import ArrangedPaper, LaidDossier, Leaf, Turn
from schemas.base.model import Frozen
from schemas.request_errors import RecordChanged, ScanThereAlready

_LONGEST_NAME = 120
_QUARTERS: tuple[Turn, ...] = (0, 90, 180, 270)
Spot = tuple[str, str, int]
"""A page where it lies: stack, scan, page number."""


class WantedLeaf(Frozen):
    """A page as the browser sends it: `turned` is how far a person turned it from how it was shown."""

    scan: str
    page_number: int
    turned: Turn = 0
    stack: str = ""
    """Where it lies now; empty when that is the stack of the dossier it is wanted in."""


class WantedPaper(Frozen):
    """A paper as the browser sends it."""

    pages: tuple[WantedLeaf, ...]
    document_type: str | None = None


class WantedDossier(Frozen):
    """A dossier as the browser sends it; without an id it is to be made."""

    id: str = ""
    name: str = Field("", max_length=_LONGEST_NAME)
    papers: tuple[WantedPaper, ...] = ()
    set_aside: tuple[WantedLeaf, ...] = ()
    """With its blank pages, which stay what they are."""

    @property
    def leaves(self) -> tuple[WantedLeaf, ...]:
        """All its pages."""
        return (*(leaf for paper in self.papers for leaf in paper.pages), *self.set_aside)


class Table(Frozen):
    """All that lay on the table, as a person left it."""

    dossiers: Annotated[tuple[WantedDossier, ...], Field(min_length=1, max_length=200)]


class Lying(Frozen):
    """What lies on the table: dossiers of one batch as they are, and how each page was turned."""

    dossiers: tuple[LaidDossier, ...]
    names: dict[str, str]
    """Of each dossier, by id."""
    taken: frozenset[str] = frozenset()
    """Names that dossiers of the batch have already."""
    turns: dict[Spot, tuple[int, Turn | None]] = Field(default_factory=dict)
    """Degrees that a page was turned to be shown, and those that a person gave before."""


@dataclass
class _Block:
    """A dossier of the table with every page by where it lies."""

    id: str
    name: str
    stack: str
    papers: list[tuple[str | None, tuple[Spot, ...]]]
    aside: list[Spot]

    @property
    def spots(self) -> list[Spot]:
        return [*(spot for _, pages in self.papers for spot in pages), *self.aside]


def lay_anew(
    lying: Lying, table: Table, types: Collection[str], new_id: Callable[[Spot], str]
) -> tuple[LaidDossier, ...]:
    """The dossiers as a person wants them, those that are none any more without pages.

    Blank pages of which nothing is said stay in their dossier. `new_id` names a dossier that is made, from
    its first page. Raises `RecordChanged` when a page would be lost or doubled, or is not on the table;
    `ScanThereAlready`.
    """
    before = {laid.dossier_id: laid for laid in lying.dossiers}
    name = next(iter(lying.names.values()), "")
    if sorted(wanted.id for wanted in table.dossiers if wanted.id) != sorted(before):
        raise RecordChanged(name)
    blocks = [_block(wanted, before) for wanted in table.dossiers if wanted.id or wanted.leaves]
    lies = {spot: laid.dossier_id for laid in lying.dossiers for spot in _spots(laid, laid.leaves)}
    blank = {spot for laid in lying.dossiers for spot in _spots(laid, laid.blanks)}
    spots = [spot for block in blocks for spot in block.spots]
    if len(set(spots)) != len(spots) or not lies.keys() - blank <= set(spots) <= lies.keys():
        raise RecordChanged(name)
    _leave_blanks(blocks, {spot: home for spot, home in lies.items() if spot not in set(spots)})
    _take_blanks_along(blocks, blank, lies)
    places = Counter((block.stack, *spot[1:]) for block in blocks for spot in block.spots)
    if any(times > 1 for times in places.values()):
        raise ScanThereAlready(name)
    turned = {
        _spot(leaf, block.stack): leaf.turned
        for block, wanted in zip(blocks, (w for w in table.dossiers if w.id or w.leaves), strict=True)
        for leaf in wanted.leaves
    }
    same = {_spots(laid, paper.pages): paper.paper_id for laid in lying.dossiers for paper in laid.papers}

    def leaf(spot: Spot, stack: str) -> Leaf:
        shown_at, given = lying.turns.get(spot, (0, None))
        by = turned.get(spot, 0)
        turn = _QUARTERS[(shown_at + by) // 90 % 4] if by else given
        whence = "" if spot[0] == stack else spot[0]
        return Leaf(scan=spot[1], page_number=spot[2], turned_degrees=turn, whence=whence)

    names = set(lying.taken)
    laid = []
    for block in blocks:
        leaves = partial(_leaves, leaf, block.stack)
        laid.append(
            LaidDossier(
                dossier_id=block.id or new_id(block.spots[0]),
                stack=block.stack,
                name=block.name if block.id else _free_name(block, lying.names[lies[block.spots[0]]], names),
                papers=tuple(
                    ArrangedPaper(
                        pages=leaves(pages),
                        document_type=kind if kind in types else None,
                        paper_id=same.get(pages),
                    )
                    for kind, pages in block.papers
                ),
                set_aside=leaves(spot for spot in block.aside if spot not in blank),
                blanks=leaves(spot for spot in block.aside if spot in blank),
            )
        )
    return tuple(laid)


def _block(wanted: WantedDossier, before: Mapping[str, LaidDossier]) -> _Block:
    stack = before[wanted.id].stack if wanted.id else wanted.leaves[0].stack
    papers = [
        (paper.document_type, tuple(_spot(leaf, stack) for leaf in paper.pages))
        for paper in wanted.papers
        if paper.pages
    ]
    name = wanted.name.strip() or (before[wanted.id].name if wanted.id else "")
    return _Block(wanted.id, name, stack, papers, [_spot(leaf, stack) for leaf in wanted.set_aside])


def _leave_blanks(blocks: Sequence[_Block], unsaid: Mapping[Spot, str]) -> None:
    """Blank pages of which nothing was said stay where they are."""
    for block in blocks:
        block.aside += [spot for spot, home in unsaid.items() if home == block.id]


def _take_blanks_along(blocks: Sequence[_Block], blank: AbstractSet[Spot], lies: Mapping[Spot, str]) -> None:
    """Where nothing but blank pages is left of a dossier, they go where its other pages went.

    A blank page that a person laid as a paper keeps the dossier: they said what it is.
    """
    for block in blocks:
        if block.aside and not block.papers and set(block.aside) <= blank:
            gone = {spot for spot, home in lies.items() if home == block.id and spot not in blank}
            heir = next((other for other in blocks if gone & set(other.spots)), None)
            if heir is not None:
                heir.aside += block.aside
                block.papers, block.aside = [], []


def _free_name(block: _Block, source: str, taken: set[str]) -> str:
    """What a person called the dossier they made, or the name of the one it was part of, numbered."""
    numbered = (f"{source} ({number})" for number in count(2))
    name = block.name or next(name for name in numbered if name not in taken)
    taken.add(name)
    return name


def _leaves(leaf: Callable[[Spot, str], Leaf], stack: str, spots: Iterable[Spot]) -> tuple[Leaf, ...]:
    return tuple(leaf(spot, stack) for spot in spots)


def _spot(leaf: WantedLeaf, stack: str) -> Spot:
    return leaf.stack or stack, leaf.scan, leaf.page_number


def _spots(laid: LaidDossier, leaves: Iterable[Leaf]) -> tuple[Spot, ...]:
    return tuple((laid.stack, *leaf.place) for leaf in leaves)
