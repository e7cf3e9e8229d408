"""Papers and pages as rows: the text that search looks at, and where each page is."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from rules.review.typed_values import shown
from schemas.base.language import Bilingual
from schemas.batch import Outcome, PagePlace, Receipt, Refusal
from schemas.catalogue import document_types
from schemas.corrected_text import corrected_page
from schemas.filing import FiledPaper, PageState
from schemas.page import PageText
from schemas.paper import Dossier, PageRef, Paper, State
from storage import keys
from storage.archive.archive import Archive
from storage.database.tables.papers import DossierRow, PaperRow
from storage.index.paper_search import searched_text
from storage.index.rows import set_page, set_paper

_OUTCOMES = {
    State.NEEDS_REVIEW: Outcome.NEEDS_PERSON,
    State.RESCAN: Outcome.NEEDS_PERSON,
    State.REJECTED: Outcome.REJECTED,
}


_SET_ASIDE = Refusal(
    code="not_ours",
    message=Bilingual(vi="Không phải giấy tờ của hồ sơ: đã để riêng.", en="Not of this dossier: set aside."),
)


_RESCANNED = Refusal(
    code="rescanned",
    message=Bilingual(
        vi="Đã quét lại: trang mới thay trang này.", en="Scanned again: a new page stands for it."
    ),
)


_SUPERSEDED = Refusal(
    code="superseded",
    message=Bilingual(
        vi="Tệp đã thay đổi sau khi nhận: bản mới thay bản này.",
        en="The file changed after it was taken: a newer version stands for it.",
    ),
)


def paper_text(archive: Archive, paper: Paper) -> FiledPaper:
    """`paper` with what search looks at, from its pages as people left them."""
    exact, folded = searched_text(paper, [page.text for page in paper_pages(archive, paper)])
    return FiledPaper(paper=paper, exact=exact, folded=folded)


def paper_pages(archive: Archive, paper: Paper) -> list[PageText]:
    """The pages of a paper as read, with what people corrected."""
    rules = document_types()[paper.document_type].fields
    said = [
        (shown(rules[name].kind, field.value), field) for name, field in paper.fields.items() if name in rules
    ]
    readings = [archive.reading(page) for page in paper.pages]
    return [corrected_page(r.page, n, said) for n, r in enumerate(readings, 1) if r]


def page_states(dossier: Dossier, stack: str, papers: list[Paper]) -> list[PageState]:
    """Where a dossier's pages are: with a person or rejected when their paper is, else read."""
    outcomes = {
        page.place: _OUTCOMES.get(paper.state, Outcome.READ) for paper in papers for page in paper.pages
    }
    outcomes |= {page.place: Outcome.REJECTED for page in dossier.set_aside}
    blank = {page.place for page in dossier.blanks}
    return [
        page_state(
            (dossier.batch_id, stack),
            page,
            outcomes.get(page.place, Outcome.READ),
            blank=page.place in blank or page == dossier.separator,
        )
        for page in [*dossier.pages, *([dossier.separator] if dossier.separator else [])]
    ]


def page_state(place: tuple[str, str], page: PageRef, outcome: Outcome, *, blank: bool = False) -> PageState:
    """`page` of a batch's stack at `outcome`; one that is rejected was set aside by a person."""
    return PageState(
        batch_id=place[0],
        stack=place[1],
        scan=page.scan,
        page_number=page.page_number,
        reading_key=page.reading_key,
        outcome=outcome,
        blank=blank,
        refusal=_SET_ASIDE if outcome is Outcome.REJECTED else None,
    )


def enter_paper(session: Session, filed: FiledPaper) -> None:
    """Enter a paper's latest revision, and where its pages are for it."""
    set_paper(session, filed)
    row = session.get_one(DossierRow, filed.paper.dossier_id)
    for page in filed.paper.pages:
        outcome = _OUTCOMES.get(filed.paper.state, Outcome.READ)
        set_page(session, page_state((row.batch_id, row.stack), page, outcome))


def enter_revision(archive: Archive, paper: Paper) -> None:
    """Enter a revision of a paper, unless a later one was entered meanwhile."""
    filed = paper_text(archive, paper)
    with archive.database.session() as session:
        row = session.scalar(select(PaperRow).where(PaperRow.id == paper.id).with_for_update())
        if row is None or row.revision <= paper.revision:
            enter_paper(session, filed)


def catch_up(archive: Archive, known: Paper) -> None:
    """Enter the revision after `known`, which the ledger lacks: its writer was interrupted."""
    newest = archive.get_record(keys.paper(known.id, known.revision + 1), Paper)
    filed = paper_text(archive, newest)
    with archive.database.session() as session:
        row = session.scalar(select(PaperRow).where(PaperRow.id == known.id))
        if row is not None and row.revision == known.revision:
            enter_paper(session, filed)


def rescanned(receipt: Receipt, place: PagePlace) -> PageState:
    """The page that was scanned again as `receipt`: kept, and no part of any paper any more."""
    return PageState(
        batch_id=receipt.batch_id,
        stack=receipt.stack,
        scan=place.scan,
        page_number=place.page_number,
        outcome=Outcome.REJECTED,
        refusal=_RESCANNED,
    )


def superseded_pages(receipt: Receipt) -> list[PageState]:
    """Pages of a file that has grown since: kept, and no part of any paper any more."""
    numbers = range(1, receipt.scan.page_count + 1) if receipt.scan else ()
    return [
        PageState(
            batch_id=receipt.batch_id,
            stack=receipt.stack,
            scan=receipt.sha256 or "",
            page_number=number,
            outcome=Outcome.REJECTED,
            refusal=_SUPERSEDED,
        )
        for number in numbers
    ]
