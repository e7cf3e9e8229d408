"""Dossiers as people laid them: what filing follows instead of its own splitting."""

from collections.abc import Iterable, Sequence

from flows.understanding import Group
from schemas.arrangement import Arrangement, Leaf, Turn
from schemas.batch import Receipt
from schemas.paper import PageRef
from storage.archive import Archive

Place = tuple[str, int]


def find_arrangements(
    archive: Archive, batch_id: str, stack: str, receipts: Sequence[Receipt]
) -> dict[str, Arrangement]:
    """How people laid the dossiers that a stack was filed as, by dossier; rescanned pages stand in place."""
    fresh = {
        (receipt.replaces.scan, receipt.replaces.page_number): _leaves(receipt)
        for receipt in receipts
        if receipt.replaces
    }
    found = (archive.arrangement(dossier_id) for dossier_id in archive.ledger.stack_dossiers(batch_id, stack))
    return {one.dossier_id: _after_rescans(one, fresh) for one in found if one}


def find_turns(laid: Iterable[Arrangement]) -> dict[Place, Turn]:
    """Pages whose turn a person gave."""
    return {place: turn for arrangement in laid for place, turn in arrangement.turns().items()}


def group_pages(laid: Arrangement, pages: Sequence[PageRef], blank: set[Place]) -> list[Group]:
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


def _after_rescans(laid: Arrangement, fresh: dict[Place, tuple[Leaf, ...]]) -> Arrangement:
    papers = tuple(
        paper.model_copy(update={"pages": tuple(leaf for old in paper.pages for leaf in _newest(old, fresh))})
        for paper in laid.papers
    )
    return laid.model_copy(update={"papers": papers})


def _newest(leaf: Leaf, fresh: dict[Place, tuple[Leaf, ...]]) -> tuple[Leaf, ...]:
    if leaf.place not in fresh:
        return (leaf,)
    return tuple(newer for one in fresh[leaf.place] for newer in _newest(one, fresh))


def _leaves(receipt: Receipt) -> tuple[Leaf, ...]:
    if receipt.scan is None:
        return ()
    count = receipt.scan.page_count
    return tuple(Leaf(scan=receipt.scan.sha256, page_number=number) for number in range(1, count + 1))
