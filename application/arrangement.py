"""Dossiers laid anew at the table: pages held against what lies there, kept, and read again where changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from pydantic import TypeAdapter, ValidationError

from rules.access.permissions import sees_unit
from rules.review.page_arrangement import (
    Lying,
    Spot,
    Table,
    WantedDossier,
    WantedLeaf,
    WantedPaper,
    lay_anew,
)
from schemas.account import Account, Actor
from schemas.arrangement import ArrangedPaper, Arrangement, LaidDossier, Leaf, Turn
from schemas.base.ids import derive_id
from schemas.base.model import Frozen
from schemas.catalogue import document_types
from schemas.errors import NotOnRecord
from schemas.paper import Dossier, PageRef, Paper, State
from schemas.request_errors import MalformedRequest, RecordChanged
from storage.archive.archive import Archive
from storage.archive.dossiers import dossier_names
from storage.queues.reviews import Queue
from storage.records.arrangements import laid_dossier, last_arrangement, lay, taken_back

_TURN: TypeAdapter[Turn] = TypeAdapter(Turn)


class Shown(Frozen):
    """A dossier on the table: its papers, then pages that are set aside, then blank ones."""

    dossier: Dossier
    stack: str
    papers: tuple[Paper, ...]
    set_aside: tuple[PageRef, ...]
    blanks: tuple[PageRef, ...]


@dataclass(frozen=True)
class DossierTable:
    """The table of one person: dossiers of their units, while nobody else is at their papers."""

    archive: Archive
    queue: Queue
    account: Account
    actor: Actor

    def dossier(self, dossier_id: str) -> Dossier:
        """A dossier of the person's units. Raises `NotOnRecord`."""
        dossier = self.archive.ledger.dossier(dossier_id)
        if not sees_unit(self.account.unit, dossier.unit):
            raise NotOnRecord(dossier_id)
        return dossier

    def show(self, dossier: Dossier) -> Shown:
        """The dossier as it lies."""
        papers = self.archive.ledger.papers(dossier)
        return Shown(
            dossier=dossier,
            stack=self.archive.ledger.stack_of(dossier.id),
            papers=tuple(papers),
            set_aside=tuple(_rest(dossier, papers)),
            blanks=tuple(page for page in dossier.blanks if page not in _of(papers)),
        )

    def is_waiting(self, dossier: Dossier) -> bool:
        """Whether it was laid anew and is not filed so yet."""
        laid = laid_dossier(self.archive, dossier.id)
        return laid is not None and laid.number != dossier.arrangement

    def lay(self, batch_id: str, table: Table) -> None:
        """Hold the table against what lies there, keep it, and let the dossiers be filed again.

        Raises `RecordChanged` when a dossier waits, is of another batch, or somebody is at a paper of it.
        """
        dossiers = [self.dossier(wanted.id) for wanted in table.dossiers if wanted.id]
        if any(dossier.batch_id != batch_id or self.is_waiting(dossier) for dossier in dossiers):
            raise RecordChanged(next(dossier.name for dossier in dossiers))
        now = datetime.now(UTC)
        lying = self._lying(batch_id, dossiers)

        def new_id(spot: Spot) -> str:
            return derive_id("dossier", batch_id, "laid", *spot, now.isoformat())

        laid = lay_anew(lying, table, document_types(), new_id)
        self._keep(
            Arrangement(
                batch_id=batch_id, by=self.account.login, at=now, dossiers=laid, before=lying.dossiers
            )
        )

    def undo(self, dossier: Dossier, number: int) -> None:
        """Take back act `number`, the last on the dossier: also those that were joined lie as before.

        Raises `RecordChanged` when another act followed.
        """
        last = last_arrangement(self.archive, dossier.id)
        if last is None or last.number != number:
            raise RecordChanged(dossier.name)
        self._keep(taken_back(last, self.account.login))

    def change_paper(
        self, paper: Paper, *, document_type: str = "", turned: tuple[int, int] = (0, 0)
    ) -> None:
        """Lay its dossier as it is, but for the paper's type, or page `turned[0]` by `turned[1]` degrees.

        Raises `NotOnRecord` for an unknown type, `MalformedRequest` for no quarter turn, `RecordChanged`.
        """
        if document_type and document_type not in document_types():
            raise NotOnRecord(document_type)
        dossier = self.dossier(paper.dossier_id)
        papers = []
        for other in self.archive.ledger.papers(dossier):
            is_this = other.id == paper.id
            leaves = tuple(
                WantedLeaf(
                    scan=page.scan,
                    page_number=page.page_number,
                    turned=_turn(turned[1]) if is_this and at == turned[0] else 0,
                )
                for at, page in enumerate(other.pages, 1)
            )
            kind = document_type if is_this and document_type else other.document_type
            papers.append(WantedPaper(pages=leaves, document_type=kind))
        aside = tuple(WantedLeaf(scan=p.scan, page_number=p.page_number) for p in dossier.set_aside)
        wanted = WantedDossier(id=dossier.id, papers=tuple(papers), set_aside=aside)
        self.lay(dossier.batch_id, Table(dossiers=(wanted,)))
        self.queue.release(paper.id)

    def _keep(self, arrangement: Arrangement) -> None:
        """Enter the act, unless somebody is at one of the papers; none of them stays claimed."""
        papers = [p for laid in arrangement.before for p in self._papers(laid)]
        try:
            waiting = [paper.id for paper in papers if paper.state is State.NEEDS_REVIEW]
            if any(self.queue.claim(paper_id, answered=True) for paper_id in waiting):
                raise RecordChanged(papers[0].id[:8])
            lay(self.archive, arrangement, self.actor)
        finally:
            for paper in papers:
                self.queue.release(paper.id)

    def _papers(self, laid: LaidDossier) -> Sequence[Paper]:
        try:
            return self.archive.ledger.papers(self.archive.ledger.dossier(laid.dossier_id))
        except NotOnRecord:  # it was joined to another
            return ()

    def _lying(self, batch_id: str, dossiers: Sequence[Dossier]) -> Lying:
        """The dossiers as they are on record, for the rule and for taking it back."""
        laid, turns = [], {}
        for dossier in dossiers:
            one = self._as_laid(dossier)
            laid.append(one)
            given = {leaf.place: leaf.turned_degrees for leaf in one.leaves}
            for page in dossier.pages:
                reading = self.archive.reading(page)
                shown_at = reading.page.rotation_degrees if reading else 0
                turns[(one.stack, *page.place)] = (shown_at, given.get(page.place))
        return Lying(
            dossiers=tuple(laid),
            names={dossier.id: dossier.name for dossier in dossiers},
            taken=frozenset(name for _, name in dossier_names(self.archive.database, batch_id)),
            turns=turns,
        )

    def _as_laid(self, dossier: Dossier) -> LaidDossier:
        """The dossier as it was filed, as if a person had laid it so."""
        earlier = laid_dossier(self.archive, dossier.id)
        given = earlier.turns() if earlier else {}

        def leaves(pages: Sequence[PageRef]) -> tuple[Leaf, ...]:
            return tuple(
                Leaf(scan=page.scan, page_number=page.page_number, turned_degrees=given.get(page.place))
                for page in pages
            )

        papers = self.archive.ledger.papers(dossier)
        rest = _rest(dossier, papers)
        return LaidDossier(
            dossier_id=dossier.id,
            number=earlier.number if earlier else 0,
            stack=self.archive.ledger.stack_of(dossier.id),
            name=earlier.name if earlier else "",
            papers=tuple(
                ArrangedPaper(pages=leaves(paper.pages), document_type=paper.document_type, paper_id=paper.id)
                for paper in papers
            ),
            set_aside=leaves(rest),
            blanks=leaves([page for page in dossier.blanks if page not in _of(papers)]),
        )


def _rest(dossier: Dossier, papers: Sequence[Paper]) -> list[PageRef]:
    """Pages of no paper that are not blank."""
    own = {page.place for page in _of(papers)} | {page.place for page in dossier.blanks}
    return [page for page in dossier.pages if page.place not in own]


def _of(papers: Sequence[Paper]) -> list[PageRef]:
    return [page for paper in papers for page in paper.pages]


def _turn(degrees: int) -> Turn:
    """`degrees` as one of the four quarters. Raises `MalformedRequest`."""
    try:
        return _TURN.validate_python(degrees % 360)
    except ValidationError as error:
        raise MalformedRequest(f"{degrees}°") from error
