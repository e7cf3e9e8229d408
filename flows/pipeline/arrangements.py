"""The sheets of a stack as people laid them: what is read for it, and which dossiers it is filed as."""

from collections.abc import Sequence
from dataclasses import dataclass

from flows.pipeline.extraction import Group
from schemas.arrangement import LaidDossier, Leaf, Place
from schemas.batch import Receipt
from schemas.paper import PageRef
from storage.archive.archive import Archive
from storage.archive.receipts import brought_from_elsewhere, laid_elsewhere, stack_receipts
from storage.records.arrangements import laid_in_stack

Sheet = tuple[Leaf, Receipt]
"""A page, which way up, and the file that brought it."""


@dataclass(frozen=True)
class Sheets:
    """The pages of a stack. Those that were handed in with it may lie in another by now, and others in it."""

    here: tuple[Sheet, ...]
    """To be read and filed."""
    handed_in: tuple[Place, ...]
    """As they came, wherever they lie now: the machine splits at the separators among these."""
    laid: dict[str, LaidDossier]
    """What people made of its dossiers, rescanned pages in place."""

    @property
    def homes(self) -> dict[Place, str]:
        """The dossier of each page that a person laid."""
        return {leaf.place: laid.dossier_id for laid in self.laid.values() for leaf in laid.leaves}


def find_sheets(archive: Archive, batch_id: str, stack: str) -> Sheets:
    """The pages of a stack as they lie now, rescanned ones where the first ones lay."""
    receipts = stack_receipts(archive.database, batch_id, stack)
    joined = [
        (Leaf(scan=place.scan, page_number=place.page_number), receipt)
        for place, receipt in brought_from_elsewhere(archive.database, batch_id, stack)
    ]
    fresh = {
        (receipt.replaces.scan, receipt.replaces.page_number): _leaves(receipt)
        for receipt in receipts
        if receipt.replaces
    }
    laid = {
        dossier_id: one.with_leaves(lambda leaf: _newest(leaf, fresh))
        for dossier_id, one in laid_in_stack(archive, batch_id, stack).items()
    }
    turns = {place: turn for one in laid.values() for place, turn in one.turns().items()}
    sheets = [
        (leaf.with_changes(turned_degrees=turns.get(leaf.place)), receipt)
        for leaf, receipt in _in_place(receipts, joined)
    ]
    away = laid_elsewhere(archive.database, stack, receipts)
    strange = {leaf.place for leaf, _ in joined}
    return Sheets(
        here=tuple((leaf, receipt) for leaf, receipt in sheets if (receipt.id, *leaf.place) not in away),
        handed_in=tuple(leaf.place for leaf, _ in sheets if leaf.place not in strange),
        laid=laid,
    )


def group_pages(laid: LaidDossier, pages: Sequence[PageRef], blank: set[Place]) -> list[Group]:
    """Papers as a person laid them, by position in `pages`.

    A page of which nothing was said is a paper of its own, unless it is blank: none is lost.
    """
    at = {page.place: number for number, page in enumerate(pages, 1)}
    groups: list[Group] = []
    for paper in laid.papers:
        positions = tuple(at.pop(leaf.place) for leaf in paper.pages if leaf.place in at)
        if positions:
            groups.append((positions, paper.document_type))
    return groups + [((number,), None) for place, number in at.items() if place not in laid.aside | blank]


def _in_place(receipts: Sequence[Receipt], joined: Sequence[Sheet]) -> list[Sheet]:
    """Every page of taken files in order, then those joined; pages scanned again stand for the first ones."""
    own = [(leaf, receipt) for receipt in receipts if not receipt.replaces for leaf in _leaves(receipt)]
    sheets = [*own, *joined]
    for receipt in receipts:
        if receipt.replaces:
            old = (receipt.replaces.scan, receipt.replaces.page_number)
            at = next((n for n, (leaf, _) in enumerate(sheets) if leaf.place == old), len(sheets))
            sheets[at : at + 1] = [(leaf, receipt) for leaf in _leaves(receipt)]
    return sheets


def _newest(leaf: Leaf, fresh: dict[Place, tuple[Leaf, ...]]) -> tuple[Leaf, ...]:
    if leaf.place not in fresh:
        return (leaf,)
    return tuple(newer for one in fresh[leaf.place] for newer in _newest(one, fresh))


def _leaves(receipt: Receipt) -> tuple[Leaf, ...]:
    if receipt.scan is None:
        return ()
    count = receipt.scan.page_count
    return tuple(Leaf(scan=receipt.scan.sha256, page_number=number) for number in range(1, count + 1))
