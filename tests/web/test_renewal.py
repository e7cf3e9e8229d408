"""Papers corrected: PDF, ALTO and search say what the record says, and nothing a person wrote is lost."""

import io
from pathlib import Path

import pikepdf
from office import Office
from pdfminer.high_level import extract_text

from flows.pipeline.republishing import renew_papers
from ocr.output.pdfa import pdfa_problems
from schemas.errors import WorkerDied
from schemas.paper import State
from storage.index.paper_search import search

NAME = "Đỗ Thị Ngọc Ánh"


def test_a_correction_reaches_pdf_alto_and_search_and_survives_reindex(
    office: Office, tmp_path: Path
) -> None:
    lan, minh = office.room.person("lan"), office.room.person("minh")
    status = office.papers[0]
    wrong = str(status.fields["full_name"].value)
    before = office.correct(status, (lan, "full_name", NAME), (minh, "full_name", NAME))
    assert before.text_is_stale
    assert renew_papers(office.archive, office.pool, set()) == 1
    now = office.archive.ledger.paper(status.id)
    assert now.revision == before.revision + 1
    assert now.fields == before.fields
    assert not now.text_is_stale
    assert renew_papers(office.archive, office.pool, set()) == 0
    pdf = office.archive.store.get(now.pdf_key)
    assert pdfa_problems(pdf) == ()
    text = extract_text(io.BytesIO(pdf))
    assert NAME in " ".join(text.split())
    assert wrong.upper() not in text
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert len(opened.pages) == 1
    alto = office.archive.store.get(now.alto_key).decode()
    assert 'CONTENT="Ngọc"' in alto
    rebuilt = office.rebuilt(tmp_path / "rebuilt.sqlite")
    for archive in (office.archive, rebuilt):
        (hit,) = search(archive.database, NAME)
        assert hit.exact
        assert hit.paper == now
    assert rebuilt.ledger.balance(office.batch) == office.archive.ledger.balance(office.batch)


def test_a_renewal_never_overwrites_what_was_settled_meanwhile(office: Office) -> None:
    """The worker made a PDF of revision 2 while a person wrote revision 3: theirs stands."""
    lan, minh = office.room.person("lan"), office.room.person("minh")
    status = office.papers[0]
    stale = office.correct(status, (lan, "ethnicity", "Nùng"))
    office.correct(status, (minh, "ethnicity", "Tày"))
    from flows.pipeline.republishing import _renew

    _renew(office.archive, office.pool, stale)
    now = office.archive.ledger.paper(status.id)
    assert now.fields["ethnicity"].value == "Tày"
    assert now.settled_by == ("lan", "minh")
    office.work()
    newest = office.archive.ledger.paper(status.id)
    assert newest.fields["ethnicity"].value == "Tày"
    assert newest.pdf_key.endswith(f"r{newest.revision}.pdf")


def test_a_revision_that_the_ledger_never_learnt_of_is_entered_not_run_into_again(office: Office) -> None:
    """A person's settlement was killed between its object and its row."""
    lan = office.room.person("lan")
    stale = office.correct(office.papers[0], (lan, "ethnicity", "Nùng"))
    lost = stale.with_changes(revision=stale.revision + 1, settled_by=("minh",), state=State.VERIFIED)
    office.archive.put_record(f"papers/{stale.id}/r{lost.revision}.json", lost)
    renew_papers(office.archive, office.pool, set())
    assert office.archive.ledger.paper(stale.id).settled_by == ("minh",)
    renew_papers(office.archive, office.pool, set())
    assert office.archive.ledger.paper(stale.id).revision == lost.revision + 1
    assert renew_papers(office.archive, office.pool, set()) == 0


class DyingPool:
    """Workers that die whatever they are given."""

    def submit(self, subject: str, *_: object) -> "DyingPool":
        self.subject = subject
        return self

    def result(self) -> object:
        raise WorkerDied(self.subject)


def test_a_pdf_that_cannot_be_made_stops_nothing_and_is_not_tried_for_ever(office: Office) -> None:
    lan = office.room.person("lan")
    stale = office.correct(office.papers[0], (lan, "ethnicity", "Nùng"))
    given_up: set[str] = set()
    assert renew_papers(office.archive, DyingPool(), given_up) == 0  # type: ignore[arg-type]
    assert given_up == {stale.id}
    assert renew_papers(office.archive, office.pool, given_up) == 0, "not again in this process"
    assert office.archive.ledger.paper(stale.id) == stale, "what the person said stands"
    assert renew_papers(office.archive, office.pool, set()) == 1, "a new process tries again"


def test_a_dossier_being_filed_again_is_left_alone(office: Office) -> None:
    lan = office.room.person("lan")
    stale = office.correct(office.papers[0], (lan, "ethnicity", "Nùng"))
    office.archive.ledger.wait_again(office.dossier)
    assert renew_papers(office.archive, office.pool, set()) == 0
    assert lan.get(f"/papers/{stale.id}/review").status_code == 409
    office.work()
    assert office.archive.ledger.paper(stale.id).fields["ethnicity"].value == "Nùng"
