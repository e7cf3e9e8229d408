"""What a person still has to bring: what can never happen, whatever papers are on file."""

from hypothesis import given
from hypothesis import strategies as st
from papers_on_file import AT, DUNG, holding, paper, party
from procedures_asked import ask, component

from schemas.completeness import Verdict
from schemas.paper import Paper, State

NUMBERS = ("001190012345", "001061000001", "001190012346", "")
PEOPLE = st.tuples(
    st.sampled_from(("Nguyễn Thị Dung", "Nguyễn Thị Dunq", "Lê Văn Bình", "")),
    st.sampled_from(("1990-05-17", "1990", "1961-01-02", "")),
    st.sampled_from(NUMBERS),
)


@st.composite
def papers(draw: st.DrawFn) -> Paper:
    """Some paper of somebody, in any state."""
    name, born, number = draw(PEOPLE)
    kind = draw(st.sampled_from(("marital_status_certificate", "identity_card", "birth_certificate")))
    day = draw(st.sampled_from(("2026-10-01", "2020-01-01", "2026", "")))
    dated = {"birth_certificate": "registered_on"}.get(kind, "issued_on")
    made = paper(
        kind,
        draw(st.sampled_from(State)),
        full_name=name,
        date_of_birth=born,
        personal_id=number,
        **{dated: day, "expires_on": "2031-01-01", "purpose": "kết hôn"},
    )
    return made.with_changes(id=f"{draw(st.integers(0, 10**6))}", read_at=AT)


ASKED = (
    component("status", purposes=["kết hôn"]),
    component("card", document_type="identity_card"),
    component("birth", document_type="birth_certificate", role="full_name"),
)


@given(st.lists(papers(), max_size=8))
def test_another_persons_paper_is_never_offered(held: list[Paper]) -> None:
    by_id = {made.id: made for made in held}
    answer = ask(*ASKED, applicant=party(*by_id.values()))
    for found in (f for a in answer.components for f in a.found if f.is_usable):
        assert by_id[found.paper_id].fields["personal_id"].value == DUNG["personal_id"]
        assert by_id[found.paper_id].state in (State.VERIFIED, State.SIGNED, State.ARCHIVED)
    usable = {
        by_id[f.paper_id].fields["full_name"].value for a in answer.components for f in a.found if f.is_usable
    } - {""}
    assert not {"Lê Văn Bình", "Nguyễn Thị Dung"} <= usable, "one number is never two people's"


@given(st.lists(papers(), max_size=8))
def test_nothing_is_asked_that_the_catalogue_does_not_ask(held: list[Paper]) -> None:
    answer = ask(*ASKED, applicant=party(*{made.id: made for made in held}.values()))
    assert [a.component for a in answer.components] == list(ASKED)
    assert {a.component.id for a in answer.to_bring} <= {c.id for c in ASKED}
    for one_answer in answer.components:
        assert one_answer.verdict is not Verdict.ON_FILE or one_answer.found[0].is_usable
        assert all(reason.basis for reason in one_answer.why)


@given(st.lists(papers(), max_size=6), st.data())
def test_revoking_a_paper_takes_it_away(held: list[Paper], data: st.DataObject) -> None:
    unique = list({made.id: made for made in held}.values())
    if not unique:
        return
    gone = data.draw(st.sampled_from(unique))
    before = ask(*ASKED, applicant=party(*unique))
    after = ask(*ASKED, applicant=party(*(holding(p, "2020-01-01" if p is gone else "") for p in unique)))
    usable = [
        {f.paper_id for a in answer.components for f in a.found if f.is_usable} for answer in (before, after)
    ]
    assert gone.id not in usable[1]
    assert usable[1] <= usable[0] | {
        p.id for p in unique if p.document_type == "identity_card" and gone.document_type == "identity_card"
    }, "a card that a later, revoked one had ended may be used again; nothing else"


@given(st.lists(papers(), max_size=6))
def test_the_order_of_papers_does_not_matter(held: list[Paper]) -> None:
    unique = list({made.id: made for made in held}.values())
    assert ask(*ASKED, applicant=party(*unique)) == ask(*ASKED, applicant=party(*unique[::-1]))
