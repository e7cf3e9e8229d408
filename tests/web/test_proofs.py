"""Whose a paper is and whether it has force, by what people and papers prove; each proof can be undone."""

from counter import BY, DUNG, HANH, Hall

from application import one_stop as counters
from schemas.completeness import Obstacle, Verdict
from schemas.paper import State
from schemas.subject import identity_of
from storage.index.holdings import find_links
from storage.index.people_search import find_people
from storage.records.identity_links import (
    lift_revocation,
    link_identities,
    revocations_of,
    revoke_paper,
    unlink_identities,
)


def test_old_and_new_numbers_are_joined_by_the_card_and_can_be_separated(hall: Hall) -> None:
    old = hall.status(personal_id="012345678")
    card = hall.card(previous_id="012345678")
    at = hall.counter()
    assert {h.paper.id for h in at.party(identity_of(DUNG)).holdings} == {old.id, card.id}
    (found,) = find_people(hall.archive.database, "nguyen thi dung", "H10")
    assert found.mention.number == DUNG
    assert found.papers == 2
    ((link, counts),) = find_links(hall.archive.database, [identity_of(DUNG)])
    assert counts
    unlink_identities(hall.archive, link.id, "số cũ của người khác", BY)
    assert {h.paper.id for h in at.party(identity_of(DUNG)).holdings} == {card.id}
    hall.set(card, confidence=0.5)
    assert {h.paper.id for h in at.party(identity_of(DUNG)).holdings} == {card.id}, "it stays undone"


def test_same_name_and_birth_are_two_people_until_proven(hall: Hall) -> None:
    hall.card()
    twin = hall.status(personal_id="001190077777")
    loose = hall.paper(
        "birth_certificate",
        **{k: v for k, v in HANH.items() if k != "personal_id"},
        registered_on="1990-06-01",
    )
    at = hall.counter()
    party = at.party(identity_of(DUNG))
    assert twin.id not in {h.paper.id for h in party.holdings}
    held = next(h for h in party.holdings if h.paper.id == loose.id)
    assert held.mentions[0].identity not in party.identities
    link_identities(hall.archive, identity_of(DUNG), held.mentions[0].identity, "sổ gốc trang 12", BY)
    assert held.mentions[0].identity in at.party(identity_of(DUNG)).identities


def test_a_revoked_paper_is_not_used_until_that_is_lifted(hall: Hall) -> None:
    hall.card()
    held = hall.status()
    at = hall.counter()
    gone = revoke_paper(hall.archive, held.id, counters.today(), "QĐ 12/QĐ-UBND", BY)
    _, _, answer = at.check(hall.marriage)
    found = answer.answer("marital_status")
    assert found
    assert found.found[0].against[0].hindrance is Obstacle.REVOKED
    assert found.found[0].against[0].basis == "QĐ 12/QĐ-UBND"
    lift_revocation(hall.archive, gone, "ghi nhầm", BY)
    assert revocations_of(hall.archive.database, held.id) == []
    _, _, answer = at.check(hall.marriage)
    assert answer.answer("marital_status").verdict is Verdict.ON_FILE  # type: ignore[union-attr]


def test_a_paper_set_aside_is_no_ones_any_more(hall: Hall) -> None:
    hall.card()
    held = hall.status()
    hall.set(held, state=State.REJECTED)
    assert held.id not in {h.paper.id for h in hall.counter().party(identity_of(DUNG)).holdings}
