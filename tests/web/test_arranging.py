"""Pages laid anew: by type, split, order, turn, rescans; through to what the worker makes of it."""

from pathlib import Path
from random import Random

from office import Office

from samples.dossiers import PAINTERS, encode_page
from samples.drawing.damage import Level
from schemas.batch import Outcome, PagePlace
from schemas.paper import State
from storage.views.batch_pages import find_page


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
    rebuilt = office.rebuilt(tmp_path / "rebuilt.sqlite")
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
    assert [[page.page_number for page in paper.pages] for paper in office.papers] == [[3], [2]], "as laid"
    assert office.papers[1].document_type == "receipt_slip", "the machine tells the type when nobody does"


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
    steps = [(person, "full_name", "Đỗ Thị Ngọc Ánh") for person in (lan, minh)]
    settled = office.correct(status, *steps)
    assert settled.fields["full_name"].confirmed_by == ("lan", "minh")
    joined = [(status.document_type, [(status, 1, 0)]), (None, [(slip, 1, 0), (letter, 1, 0)])]
    minh.get(f"/papers/{letter.id}/review")
    assert office.lay(lan, joined) == 409, "minh is at a paper of the dossier"
    minh.post(f"/papers/{letter.id}/later")
    assert office.lay(lan, joined) == 204
    office.work()
    kept = office.archive.ledger.paper(status.id)
    assert kept.fields["full_name"] == settled.fields["full_name"]
    assert kept.settled_by == settled.settled_by


def test_a_rescanned_page_takes_the_old_ones_place(office: Office) -> None:
    lan = office.room.person("lan")
    slip = office.papers[1]
    sheet = encode_page(PAINTERS["receipt_slip"](Random(77), "a", "").pages[0], Level.CLEAN, Random(1))[0]
    lan.get(f"/papers/{slip.id}/review")
    lan.post(f"/papers/{slip.id}/dismiss", reason="rescan", revision="1")
    place = f"{slip.pages[0].scan}/{slip.pages[0].page_number}"
    made = lan.begin_upload(len(sheet), batch=office.batch.id, path="lại.jpg", position=1, replaces=place)
    assert lan.send(made.headers["location"], 0, sheet).status_code == 204
    office.work()
    papers = office.papers
    assert len(papers) == 3
    assert papers[1].document_type == "receipt_slip"
    assert papers[1].pages[0].scan != slip.pages[0].scan
    assert [p.id for p in papers if p.id == slip.id] == []
    old = find_page(
        office.archive.database,
        PagePlace(scan=slip.pages[0].scan, page_number=slip.pages[0].page_number),
        "H10",
    )
    assert old.outcome is Outcome.REJECTED
    assert old.refusal
    assert old.refusal.code == "rescanned"
    assert office.archive.store.exists(f"scans/{slip.pages[0].scan}"), "the old scan is kept"
    balance = office.archive.ledger.balance(office.batch)
    assert balance.adds_up
    assert (balance.pages, balance.pages_rejected, balance.pages_waiting) == (4, 1, 0)


def test_who_answered_a_paper_that_waits_for_another_may_lay_its_pages(office: Office) -> None:
    lan = office.room.person("lan")
    status, slip, letter = office.papers
    office.correct(status, (lan, "full_name", "Trần Văn Khác"))
    status, slip, letter = office.papers
    assert (status.state, status.hands) == (State.NEEDS_REVIEW, ("lan",))
    joined = [(None, [(status, 1, 0), (slip, 1, 0)]), (None, [(letter, 1, 0)])]
    assert office.lay(lan, joined) == 204
