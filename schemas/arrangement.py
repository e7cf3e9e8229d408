"""How a person laid the pages of a dossier: which pages make a paper, in which order, which way up."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from schemas.frozen import Frozen

Turn = Literal[0, 90, 180, 270]


class Leaf(Frozen):
    """One page of one scan. `turned_degrees` (clockwise, from the scan) is None when the machine finds it."""

    scan: str
    page_number: int = Field(ge=1)
    turned_degrees: Turn | None = None

    @property
    def place(self) -> tuple[str, int]:
        """The page, whichever way it lies."""
        return self.scan, self.page_number


class ArrangedPaper(Frozen):
    """Pages of one paper in order; the machine tells its type when a person did not."""

    pages: tuple[Leaf, ...] = Field(min_length=1)
    document_type: str | None = None


class Arrangement(Frozen):
    """What a person made of a dossier's pages; filing follows it instead of its own splitting.

    `set_aside` are pages that are not the office's: they stay in the store, and belong to no paper.
    """

    dossier_id: str
    number: int = Field(0, ge=0)
    """The how many-th of the dossier; given when it is kept."""
    by: str
    at: datetime
    papers: tuple[ArrangedPaper, ...]
    set_aside: tuple[Leaf, ...] = ()

    @property
    def aside(self) -> set[tuple[str, int]]:
        """Places of the pages set aside."""
        return {leaf.place for leaf in self.set_aside}

    def turns(self) -> dict[tuple[str, int], Turn]:
        """Pages whose turn a person gave."""
        leaves = [leaf for paper in self.papers for leaf in paper.pages] + list(self.set_aside)
        return {leaf.place: leaf.turned_degrees for leaf in leaves if leaf.turned_degrees is not None}
