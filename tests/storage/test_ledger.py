"""The ledger, search and audit trail, each on SQLite and on PostgreSQL."""

from collections.abc import Callable

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import select

from schemas.base.clock import now
from schemas.base.ids import derive_id, sha256_of
from schemas.base.language import Bilingual
from schemas.batch import Batch, MediaType, Outcome, Receipt, Refusal, Scan
from schemas.errors import NotOnRecord
from schemas.filing import FiledPaper, PageState
from schemas.paper import Dossier, FieldValue, PageRef, Paper, State
from storage import keys
from storage.archive.archive import Archive
from storage.archive.receipts import receipt_of
from storage.audit.verification import check_trail
from storage.database.engine import Database, alembic_config
from storage.database.migrations import NEWEST
from storage.database.tables.trail import AuditRow
from storage.index.paper_search import search, searched_text
from storage.preservation.rebuild import reindex

BATCH = Batch(id=derive_id("batch", "t"), name="Lô thử", unit="H10.15", created_at=now())


def _receipt(name: str, pages: int = 2, **changes: object) -> Receipt:
    digest = sha256_of(name.encode())
    scan = Scan(sha256=digest, media_type=MediaType.PDF, size_bytes=9, page_count=pages)
    receipt = Receipt(
        id=derive_id("receipt", name),
        batch_id=BATCH.id,
        stack=name,
        position=1,
        name=name,
        received_at=now(),
        sha256=digest,
        scan=scan,
    )
    return receipt.with_changes(**changes)


def _paper(name: str, text: str, dossier_id: str) -> FiledPaper:
    field = FieldValue(value=text, raw=text, confidence=0.9, page_number=1, box=(0, 0, 1, 1))
    paper = Paper(
        id=derive_id("paper", name),
        revision=1,
        dossier_id=dossier_id,
        document_type="unknown",
        confidence=0.5,
        pages=(PageRef(scan="s", page_number=1, reading_key="k"),),
        fields={"full_name": field},
        state=State.READ,
        read_at=now(),
        pdf_key="",
        pdf_sha256="",
        alto_key="",
        alto_sha256="",
    )
    exact, folded = searched_text(paper, [])
    return FiledPaper(paper=paper, exact=exact, folded=folded)


@pytest.fixture
def finder(archive: Archive) -> Callable[..., list[tuple[str, bool]]]:
    """Files papers with the given texts, then searches: (text, exact) in order."""

    def find(query: str, *texts: str) -> list[tuple[str, bool]]:
        archive.ledger.add_batch(BATCH)
        dossier = Dossier(
            id=derive_id("dossier", "d"),
            batch_id=BATCH.id,
            name="d",
            unit="u",
            papers=tuple(derive_id("paper", text) for text in texts),
        )
        filed = [_paper(text, text, dossier.id) for text in texts]
        archive.ledger.record_filing("d", [], [(dossier, 1)], filed)
        hits = search(archive.database, query)
        return [(str(hit.paper.fields["full_name"].value), hit.exact) for hit in hits]

    return find


def test_migrations_and_models_agree(database: Database) -> None:
    config = alembic_config(database.url)
    command.check(config)
    assert ScriptDirectory.from_config(config).get_current_head() == NEWEST
    command.downgrade(config, "base")
    database.prepare()


def test_every_page_is_somewhere(archive: Archive) -> None:
    ledger = archive.ledger
    ledger.add_batch(BATCH)
    refusal = Refusal(code="empty_file", message=Bilingual(vi="rỗng", en="empty"))
    receipts = [
        _receipt("a.pdf", 3),
        _receipt("b.pdf", 2),
        _receipt("c.pdf", linked_to=derive_id("receipt", "a.pdf")),
        _receipt("d.pdf", scan=None, refusal=refusal),
    ]
    ledger.add_receipts(receipts)
    ledger.add_receipts(receipts)
    balance = ledger.balance(BATCH)
    assert (balance.files_taken, balance.files_linked, balance.files_refused) == (2, 1, 1)
    assert (balance.pages, balance.pages_waiting) == (5, 5)
    assert balance.adds_up
    assert ledger.waiting_stacks(BATCH.id) == ["a.pdf", "b.pdf"]
    digest = receipts[0].sha256 or ""
    failed = refusal.with_changes(code="engine_failed")
    ends = [(Outcome.READ, None), (Outcome.REJECTED, refusal), (Outcome.NEEDS_PERSON, failed)]
    states = [
        PageState(
            batch_id=BATCH.id, stack="a.pdf", scan=digest, page_number=number, outcome=outcome, refusal=why
        )
        for number, (outcome, why) in enumerate(ends, 1)
    ]
    ledger.record_filing("a.pdf", states, [], [])
    balance = ledger.balance(BATCH)
    assert (balance.pages_read, balance.pages_rejected, balance.pages_needing_person) == (1, 1, 1)
    assert balance.adds_up
    assert ledger.retry(BATCH.id, ["engine_failed"]) == 1
    assert ledger.balance(BATCH).pages_waiting == 3
    assert [batch.id for batch in ledger.unfinished()] == [BATCH.id]


def test_equal_bytes_know_their_first_receipt(archive: Archive) -> None:
    archive.ledger.add_batch(BATCH)
    first = _receipt("a.pdf")
    archive.ledger.add_receipts([first])
    assert receipt_of(archive.database, BATCH.id, "a.pdf", first.sha256 or "") == first
    assert receipt_of(archive.database, BATCH.id, "b.pdf", first.sha256 or "") is None, "another stack"
    assert receipt_of(archive.database, BATCH.id, "a.pdf", "0" * 64) is None


def test_unknown_names_are_not_on_record(archive: Archive) -> None:
    for look in (archive.ledger.batch, archive.ledger.dossier, archive.ledger.paper):
        with pytest.raises(NotOnRecord):
            look("nothing%")


def test_search_without_marks_finds_all_spellings_exact_first(finder: Callable[..., object]) -> None:
    names = ("Nguyễn Thị Dũng", "Nguyễn Thị Đúng", "Trần Thị Dung")
    assert finder("nguyen thi dung", *names) == [("Nguyễn Thị Đúng", False), ("Nguyễn Thị Dũng", False)]


def test_search_with_marks_ranks_the_exact_spelling_first(finder: Callable[..., object]) -> None:
    names = ("Nguyễn Thị Dũng", "Nguyễn Thị Đúng")
    assert finder("Nguyễn Thị Dũng", *names) == [("Nguyễn Thị Dũng", True), ("Nguyễn Thị Đúng", False)]


@pytest.mark.parametrize("query", ["hoà bình", "hòa bình", "HÒA BÌNH", "hoa binh", "hoa bi", "Hòa Bình"])
def test_tone_placement_composition_case_and_half_words(finder: Callable[..., object], query: str) -> None:
    assert finder(query, "Xã Hòa Bình, tỉnh Bắc Kạn", "Xã Yên Lãng") == [
        ("Xã Hòa Bình, tỉnh Bắc Kạn", query.lower() in ("hoà bình", "hòa bình"))
    ]


@pytest.mark.parametrize("query", ["", "   ", "'\"(", "NEAR/ OR *", "a' OR 1=1 --", "%_"])
def test_odd_queries_are_harmless(finder: Callable[..., object], query: str) -> None:
    assert finder(query, "Nguyễn Văn A") in ([], [("Nguyễn Văn A", False)])


def test_audit_events_are_a_chain(archive: Archive) -> None:
    for number in range(5):
        archive.audit.append("paper.show", f"p{number}")
    assert not list(check_trail(archive))
    with archive.database.session() as session:
        from sqlalchemy import func, select

        from storage.database.tables.trail import AuditRow

        assert session.scalar(select(func.count()).select_from(AuditRow)) == 5


def test_audit_goes_on_when_the_index_lags(archive: Archive) -> None:
    archive.audit.append("a", "1")
    archive.audit.append("a", "2")
    from sqlalchemy import delete

    from storage.database.tables.trail import AuditRow

    with archive.database.session() as session:
        session.execute(delete(AuditRow))
    assert archive.audit.append("a", "3").number == 3
    lacking = "missing from the index"
    assert list(check_trail(archive)) == [("event 1", lacking), ("event 2", lacking)]
    reindex(archive)
    assert not list(check_trail(archive))


def test_an_event_whose_writer_was_killed_is_entered_by_the_next(archive: Archive) -> None:
    trail = archive.audit
    first = trail.append("one", "x")
    stray = first.with_changes(
        number=first.number + 1, action="stray", previous=sha256_of(first.model_dump_json().encode())
    )
    archive.store.put(keys.audit(stray.number), stray.model_dump_json().encode(), "application/json")
    last = trail.append("two", "x")
    assert last.number == first.number + 2
    with archive.database.session() as session:
        known = session.scalars(select(AuditRow.number).where(AuditRow.number >= first.number)).all()
    assert sorted(known) == [first.number, stray.number, last.number]
    assert not list(check_trail(archive))
