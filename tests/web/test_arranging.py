"""Pages laid anew and papers corrected, through to what the worker makes of it: real reading, real PDFs."""

import io
import json
from pathlib import Path
from random import Random

import pikepdf
import pytest
from pdfminer.high_level import extract_text
from room import Browser, Room

from flows.filing import file_stack
from flows.intake import new_batch, take_arrivals, take_in
from flows.pool import WorkerPool
from flows.renewal import renew_papers
from ocr.pdf import pdfa_problems
from samples.civil_status import draw_marital_status_certificate
from samples.damage import Level
from samples.dossiers import PAINTERS, encode_page, write_dossier
from schemas.batch import Batch, Outcome
from schemas.paper import Dossier, Paper, State
from storage.audit import AuditTrail
from storage.database import Database
from storage.folders import find_files
from storage.ledger import Ledger
from storage.pages import find_page
from storage.reindex import reindex
from storage.search import search


class Office:
    """A batch that was really read, and what the desk and the worker do to it."""

    def __init__(self, room: Room, pool: WorkerPool, file: Path) -> None:
        self.room, self.pool = room, pool
        self.archive = room.archive
        self.batch: Batch = self.archive.open_batch(new_batch("lô", "H10"))
        for _ in take_in(self.archive, pool, room.settings, self.batch, find_files([file])):
            pass
        self.work()

    def work(self) -> None:
        """What the attendant does."""
        for _ in take_arrivals(self.archive, self.pool, self.room.settings, self.batch):
            pass
        for stack in self.archive.ledger.waiting_stacks(self.batch.id):
            file_stack(self.archive, self.pool, self.room.settings, self.batch, stack, lambda _: None)
        renew_papers(self.archive, self.pool)

    @property
    def dossier(self) -> Dossier:
        (dossier,) = self.archive.ledger.dossiers(self.batch.id)
        return dossier

    @property
    def papers(self) -> list[Paper]:
        return self.archive.ledger.papers(self.dossier)

    def lay(
        self, person: Browser, papers: list[tuple[str | None, list[tuple[Paper, int, int]]]], aside=()
    ) -> int:  # type: ignore[no-untyped-def]
        """Send an arrangement: papers as (type, [(paper, page number, turned)])."""

        def leaf(paper: Paper, number: int, turned: int) -> dict[str, object]:
            page = paper.pages[number - 1]
            return {"scan": page.scan, "page_number": page.page_number, "turned": turned}

        laid = {
            "papers": [
                {"document_type": kind, "pages": [leaf(*one) for one in pages]} for kind, pages in papers
            ],
            "set_aside": [leaf(*one) for one in aside],
        }
        answer = person.post(f"/dossiers/{self.dossier.id}/arrange", laid=json.dumps(laid))
        return int(answer.status_code)


@pytest.fixture
def office(room: Room, pool: WorkerPool, tmp_path: Path) -> Office:
    """A marital status certificate, a two-page administrative document and a slip, well scanned."""
    rng = Random(5)
    drawn = [
        draw_marital_status_certificate(rng, "a", "plain"), PAINTERS["receipt_slip"](rng, "a", ""),
        PAINTERS["unknown"](rng, "a", ""),
    ]  # fmt: skip
    write_dossier(drawn, tmp_path / "hồ sơ.pdf", name="x", level=Level.CLEAN, seed=5)
    return Office(room, pool, tmp_path / "hồ sơ.pdf")


def test_pages_are_laid_anew_and_nothing_is_lost(office: Office, tmp_path: Path) -> None:
    lan = office.room.person("lan")
    status, slip, letter = office.papers
    assert [p.document_type for p in office.papers] == [
        "marital_status_certificate",
        "receipt_slip",
        "unknown",
    ]
    assert lan.get(f"/dossiers/{office.dossier.id}/arrange").text.count('class="leaf"') == 3
    assert office.lay(lan, [(None, [(status, 1, 0)])]) == 409, "a page would be lost"
    assert office.lay(lan, [(None, [(status, 1, 0), (status, 1, 0), (slip, 1, 0), (letter, 1, 0)])]) == 409
    assert office.lay(lan, [("unknown", [(slip, 1, 0), (letter, 1, 0)])], aside=[(status, 1, 0)]) == 204
    balance = office.archive.ledger.balance(office.batch)
    assert balance.adds_up
    assert balance.pages_waiting == 3
    assert lan.get(f"/papers/{slip.id}/review").status_code == 409, "it is being read again"
    fresh = Database(f"sqlite:///{tmp_path / 'rebuilt.sqlite'}")
    fresh.prepare()
    store = office.archive.store
    rebuilt = type(office.archive)(store, fresh, Ledger(fresh), AuditTrail(store, fresh))
    reindex(rebuilt)
    assert rebuilt.ledger.balance(office.batch).pages_waiting == 3, "what is to be filed again still is"
    office.work()
    (joined,) = office.papers
    assert [page.page_number for page in joined.pages] == [2, 3]
    assert joined.document_type == "unknown"
    balance = office.archive.ledger.balance(office.batch)
    assert balance.adds_up
    assert (balance.pages_rejected, balance.pages_waiting) == (1, 0)
    assert [page.page_number for page in office.dossier.set_aside] == [1]
    assert office.archive.store.exists(f"papers/{status.id}/r1.json"), "what was is kept"
    assert (
        office.lay(lan, [(None, [(joined, 2, 0)]), (None, [(joined, 1, 0)])], aside=[(status, 1, 0)]) == 204
    )
    office.work()
    assert [[page.page_number for page in paper.pages] for paper in office.papers] == [[2], [3]]
    assert office.papers[0].document_type == "receipt_slip", "the machine tells the type when nobody does"


def test_another_type_is_read_anew_with_its_own_fields(office: Office) -> None:
    lan = office.room.person("lan")
    letter = office.papers[2]
    assert lan.post(f"/papers/{letter.id}/type", document_type="administrative_document").status_code == 204
    office.work()
    again = office.papers[2]
    assert (again.id, again.document_type) == (letter.id, "administrative_document")
    assert again.revision > letter.revision
    assert lan.post(f"/papers/{letter.id}/type", document_type="nothing").status_code == 404


def test_a_page_that_lies_wrongly_is_turned_and_read_again(office: Office) -> None:
    lan = office.room.person("lan")
    status = office.papers[0]
    assert lan.post(f"/papers/{status.id}/turn", number="1", degrees="45").status_code == 400
    assert lan.post(f"/papers/{status.id}/turn", number="1", degrees="180").status_code == 204
    office.work()
    turned = office.archive.reading(office.papers[0].pages[0])
    assert turned
    assert turned.page.rotation_degrees == 180
    lan.post(f"/papers/{office.papers[0].id}/turn", number="1", degrees="180")
    office.work()
    back = office.papers[0]
    reading = office.archive.reading(back.pages[0])
    assert reading
    assert reading.page.rotation_degrees == 0
    assert back.fields["full_name"].value == status.fields["full_name"].value


def test_what_a_person_settled_survives_the_others_being_laid_anew(office: Office) -> None:
    lan, minh = office.room.person("lan"), office.room.person("minh")
    status, slip, letter = office.papers
    for person, revision in ((lan, "1"), (minh, "2")):
        person.get(f"/papers/{status.id}/review")
        said = {"field": "full_name", "answer": "changed", "text": "Đỗ Thị Ngọc Ánh", "revision": revision}
        person.post(f"/papers/{status.id}/answers", **said)
        person.post(f"/papers/{status.id}/hand-in")
    settled = office.archive.ledger.paper(status.id)
    assert settled.fields["full_name"].confirmed_by == ("lan", "minh")
    joined = [(status.document_type, [(status, 1, 0)]), (None, [(slip, 1, 0), (letter, 1, 0)])]
    if any(paper.state is State.NEEDS_REVIEW for paper in office.papers[1:]):
        assert office.lay(lan, joined) == 409, "minh was given the next paper of the dossier"
    for paper in office.papers:
        minh.post(f"/papers/{paper.id}/later")
    assert office.lay(lan, joined) == 204
    office.work()
    kept = office.archive.ledger.paper(status.id)
    assert kept.fields["full_name"] == settled.fields["full_name"]


def test_a_rescanned_page_takes_the_old_ones_place(office: Office) -> None:
    lan = office.room.person("lan")
    slip = office.papers[1]
    sheet = encode_page(PAINTERS["receipt_slip"](Random(77), "a", "").pages[0], Level.CLEAN, Random(1))[0]
    lan.get(f"/papers/{slip.id}/review")
    lan.post(f"/papers/{slip.id}/dismiss", reason="rescan", revision="1")
    from test_uploads import begin, send

    place = f"{slip.pages[0].scan}/{slip.pages[0].page_number}"
    made = begin(lan, len(sheet), batch=office.batch.id, path="lại.jpg", position=1, replaces=place)
    assert send(lan, made.headers["location"], 0, sheet).status_code == 204
    office.work()
    papers = office.papers
    assert len(papers) == 3
    assert papers[1].document_type == "receipt_slip"
    assert papers[1].pages[0].scan != slip.pages[0].scan
    assert [p.id for p in papers if p.id == slip.id] == []
    old = find_page(office.archive.database, *slip.pages[0].place)
    assert old.outcome is Outcome.REJECTED
    assert old.refusal
    assert old.refusal.code == "rescanned"
    assert office.archive.store.exists(f"scans/{slip.pages[0].scan}"), "the old scan is kept"
    balance = office.archive.ledger.balance(office.batch)
    assert balance.adds_up
    assert (balance.pages, balance.pages_rejected, balance.pages_waiting) == (4, 1, 0)


def test_a_correction_reaches_pdf_alto_and_search_and_survives_reindex(
    office: Office, tmp_path: Path
) -> None:
    lan, minh = office.room.person("lan"), office.room.person("minh")
    status = office.papers[0]
    wrong = str(status.fields["full_name"].value)
    for person, revision in ((lan, "1"), (minh, "2")):
        person.get(f"/papers/{status.id}/review")
        said = {"field": "full_name", "answer": "changed", "text": "Đỗ Thị Ngọc Ánh", "revision": revision}
        person.post(f"/papers/{status.id}/answers", **said)
        person.post(f"/papers/{status.id}/hand-in")
    before = office.archive.ledger.paper(status.id)
    assert before.text_is_stale
    assert renew_papers(office.archive, office.pool) == 1
    now = office.archive.ledger.paper(status.id)
    assert now.revision == before.revision + 1
    assert now.fields == before.fields
    assert not now.text_is_stale
    assert renew_papers(office.archive, office.pool) == 0
    pdf = office.archive.store.get(now.pdf_key)
    assert pdfa_problems(pdf) == ()
    text = extract_text(io.BytesIO(pdf))
    assert "Đỗ Thị Ngọc Ánh" in " ".join(text.split())
    assert wrong.upper() not in text
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert len(opened.pages) == 1
    alto = office.archive.store.get(now.alto_key).decode()
    assert 'CONTENT="Ngọc"' in alto
    fresh = Database(f"sqlite:///{tmp_path / 'rebuilt.sqlite'}")
    fresh.prepare()
    rebuilt = type(office.archive)(
        office.archive.store, fresh, Ledger(fresh), AuditTrail(office.archive.store, fresh)
    )
    reindex(rebuilt)
    for archive in (office.archive, rebuilt):
        (hit,) = search(archive.database, "đỗ thị ngọc ánh")
        assert hit.exact
        assert hit.paper == now
    assert rebuilt.ledger.balance(office.batch) == office.archive.ledger.balance(office.batch)


def test_a_renewal_never_overwrites_what_was_settled_meanwhile(office: Office) -> None:
    """The worker made a PDF of revision 2 while a person wrote revision 3: theirs stands."""
    lan, minh = office.room.person("lan"), office.room.person("minh")
    status = office.papers[0]
    lan.get(f"/papers/{status.id}/review")
    lan.post(f"/papers/{status.id}/answers", field="gender", answer="changed", text="nam", revision="1")
    lan.post(f"/papers/{status.id}/hand-in")
    stale = office.archive.ledger.paper(status.id)
    lan.post(f"/papers/{status.id}/later")
    minh.get(f"/papers/{status.id}/review")
    minh.post(f"/papers/{status.id}/answers", field="ethnicity", answer="changed", text="Tày", revision="2")
    minh.post(f"/papers/{status.id}/hand-in")
    from flows.renewal import _renew

    _renew(office.archive, office.pool, stale)
    now = office.archive.ledger.paper(status.id)
    assert now.fields["ethnicity"].value == "Tày"
    assert now.settled_by == ("lan", "minh")
    office.work()
    newest = office.archive.ledger.paper(status.id)
    assert newest.fields["ethnicity"].value == "Tày"
    assert newest.pdf_key.endswith(f"r{newest.revision}.pdf")
    assert newest.state in (State.VERIFIED, State.NEEDS_REVIEW, State.READ)
