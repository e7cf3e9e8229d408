"""How a person laid the pages of dossiers: which make a paper, in which order, in which dossier."""

from collections.abc import Callable
from datetime import datetime
from typing import Literal, Self

from pydantic import Field

from schemas.base.model import Frozen

Turn = Literal[0, 90, 180, 270]
Place = tuple[str, int]
"""A scan and the number of a page in it."""


class Leaf(Frozen):
    """One page of one scan. `turned_degrees` (clockwise, from the scan) is None when the machine finds it."""

    scan: str
    page_number: int = Field(ge=1)
    turned_degrees: Turn | None = None
    whence: str = ""
    """The stack that it comes from, when it lay in another."""

    @property
    def place(self) -> Place:
        """The page, whichever way it lies."""
        return self.scan, self.page_number


class ArrangedPaper(Frozen):
    """Pages of one paper in order; the machine tells its type when a person did not.

    `paper_id` is that of the paper these pages were already, so that it stays itself in another dossier.
    """

    pages: tuple[Leaf, ...] = Field(min_length=1)
    document_type: str | None = None
    paper_id: str | None = None


class LaidDossier(Frozen):
    """What a person made of a dossier's pages; filing follows it instead of its own splitting.

    `set_aside` are pages that are not the office's: they stay in the store, and belong to no paper.
    A dossier without any page was joined to another, and is none any more.
    """

    dossier_id: str
    number: int = Field(0, ge=0)
    """Of the arrangement that says so; given when it is kept, 0 while the machine's splitting stands."""
    stack: str = ""
    """Where it lies; empty in records of earlier versions."""
    name: str = ""
    """What a person called it; empty when its name follows from its papers and its place."""
    papers: tuple[ArrangedPaper, ...]
    set_aside: tuple[Leaf, ...] = ()
    blanks: tuple[Leaf, ...] = ()

    @property
    def leaves(self) -> tuple[Leaf, ...]:
        """All its pages, those of papers first."""
        return (*(leaf for paper in self.papers for leaf in paper.pages), *self.set_aside, *self.blanks)

    @property
    def aside(self) -> set[Place]:
        """Places of the pages set aside."""
        return {leaf.place for leaf in self.set_aside}

    def with_leaves(self, new: Callable[[Leaf], tuple[Leaf, ...]]) -> Self:
        """The same dossier with each page as `new` says: another, several, or none."""

        def renewed(leaves: tuple[Leaf, ...]) -> tuple[Leaf, ...]:
            return tuple(leaf for old in leaves for leaf in new(old))

        papers = (paper.with_changes(pages=pages) for paper in self.papers if (pages := renewed(paper.pages)))
        changed = {
            "papers": tuple(papers),
            "set_aside": renewed(self.set_aside),
            "blanks": renewed(self.blanks),
        }
        return self.with_changes(**changed)

    def turns(self) -> dict[Place, Turn]:
        """Pages whose turn a person gave."""
        return {leaf.place: leaf.turned_degrees for leaf in self.leaves if leaf.turned_degrees is not None}


class DossierArrangement(LaidDossier):
    """The record of earlier versions, which knew one dossier at a time and numbered within it."""

    by: str
    at: datetime


class Arrangement(Frozen):
    """One act of a person at the table: some dossiers of a batch, laid anew together.

    `before` is how the same dossiers lay, for taking it back.
    """

    batch_id: str
    number: int = Field(0, ge=0)
    """Of the batch, in the order of time; given when it is kept."""
    by: str
    at: datetime
    dossiers: tuple[LaidDossier, ...] = Field(min_length=1)
    before: tuple[LaidDossier, ...]
    undoes: int | None = None
    """The number of the arrangement that this takes back."""
