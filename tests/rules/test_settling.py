"""Who has to look at a value, and when a paper is verified."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from rules.review.answers import (
    Policy,
    apply_answers,
    blind_fields,
    dismiss,
    open_fields,
    rivals,
    same_content,
)
from schemas.account import Actor
from schemas.catalogue import document_types
from schemas.paper import Answer, FieldValue, PageRef, Paper, Source, State
from schemas.review import FieldAnswer

KIND = document_types()["marital_status_certificate"]
AT = datetime(2026, 11, 22, tzinfo=UTC)
LAN, MINH, HOA = (Actor(login=name) for name in ("lan", "minh", "hoa"))
KEPT = FieldAnswer(answer=Answer.KEPT)
ONE = Policy(second_person=False)
TWO = Policy()
BLIND = Policy(double_keyed=frozenset({KIND.id}))
REQUIRED = [name for name, rule in KIND.fields.items() if rule.required]


def changed(value: str) -> FieldAnswer:
    return FieldAnswer(answer=Answer.CHANGED, value=value)


def field(value: str | None, *, doubtful: bool = False) -> FieldValue:
    return FieldValue(
        value=value,
        raw=value or "?",
        confidence=0.4 if doubtful else 0.99,
        page_number=1,
        box=(1, 2, 3, 4),
        needs_review=doubtful,
    )


def paper(**doubts: str | None) -> Paper:
    fields = {name: field("2001") for name in REQUIRED} | {
        name: field(value, doubtful=True) for name, value in doubts.items()
    }
    return Paper(
        id="p",
        revision=1,
        dossier_id="d",
        document_type=KIND.id,
        confidence=1,
        state=State.NEEDS_REVIEW,
        pages=(PageRef(scan="s", page_number=1, reading_key="k"),),
        fields=fields,
        read_at=AT,
        pdf_key="papers/p/r1.pdf",
        pdf_sha256="",
        alto_key="",
        alto_sha256="",
    )


def test_keeping_what_was_read_needs_one_person() -> None:
    done = apply_answers(KIND, paper(full_name="Nguyễn Thị Dung"), {"full_name": KEPT}, LAN, AT, TWO)
    assert done.state is State.VERIFIED
    assert done.revision == 2
    assert done.fields["full_name"].confirmed_by == ("lan",)
    assert done.fields["full_name"].source is Source.OCR
    assert done.fields["full_name"].confidence == 0.4, "what the machine thought stays on record"
    assert not done.text_is_stale


def test_a_typed_required_value_needs_another_eye() -> None:
    typed = apply_answers(
        KIND, paper(full_name="Nguyễn Thị Dũng"), {"full_name": changed("Nguyễn Thị Dung")}, LAN, AT, TWO
    )
    assert typed.state is State.NEEDS_REVIEW
    assert typed.hands == ("lan",)
    assert open_fields(KIND, typed, TWO) == ("full_name",)
    assert typed.text_is_stale
    again = apply_answers(KIND, typed, {"full_name": KEPT}, LAN, AT, TWO)
    assert again.state is State.NEEDS_REVIEW, "the same person does not count twice"
    seen = apply_answers(KIND, typed, {"full_name": KEPT}, MINH, AT, TWO)
    assert seen.state is State.VERIFIED
    assert seen.fields["full_name"].confirmed_by == ("lan", "minh")
    other = apply_answers(KIND, typed, {"full_name": changed("Nguyễn Thị Dụng")}, MINH, AT, TWO)
    assert other.state is State.NEEDS_REVIEW
    assert other.hands == ("minh",)


def test_what_was_typed_is_kept_to_the_letter() -> None:
    """Also where only a capital, the place of a tone mark or a final dot is new: the screen shows it."""
    for read, wanted in (
        ("nguyễn thị hoà", "Nguyễn Thị Hòa"),
        ("Hoà", "Hòa"),
        ("Lê A.", "Lê A"),
        ("Lê", "Lê."),
    ):
        done = apply_answers(KIND, paper(full_name=read), {"full_name": changed(wanted)}, LAN, AT, ONE)
        assert done.fields["full_name"].value == wanted
        assert done.fields["full_name"].source is Source.PERSON
        again = apply_answers(KIND, done, {"full_name": changed(read)}, MINH, AT, ONE)
        assert again.fields["full_name"].value == read


def test_in_an_office_of_one_the_typed_value_stands() -> None:
    done = apply_answers(KIND, paper(full_name="2001"), {"full_name": changed("2002")}, LAN, AT, ONE)
    assert done.state is State.VERIFIED
    assert done.fields["full_name"].source is Source.PERSON


def test_optional_values_need_no_second_person() -> None:
    done = apply_answers(KIND, paper(residence="Hà Nội"), {"residence": changed("Hà Nam")}, LAN, AT, TWO)
    assert done.state is State.VERIFIED


def test_absent_and_illegible_are_answers() -> None:
    missing = paper()
    missing = missing.with_changes(fields={k: v for k, v in missing.fields.items() if k != "personal_id"})
    assert open_fields(KIND, missing, ONE) == ("personal_id",)
    done = apply_answers(KIND, missing, {"personal_id": FieldAnswer(answer=Answer.ABSENT)}, LAN, AT, ONE)
    assert done.state is State.VERIFIED
    assert done.fields["personal_id"].value is None
    assert done.fields["personal_id"].answer is Answer.ABSENT
    unread = apply_answers(
        KIND, paper(purpose=None), {"purpose": FieldAnswer(answer=Answer.ILLEGIBLE)}, LAN, AT, ONE
    )
    assert unread.state is State.VERIFIED
    assert unread.fields["purpose"].value is None


def test_two_people_key_blind_and_agree() -> None:
    first_paper = paper()
    assert set(open_fields(KIND, first_paper, BLIND)) == set(REQUIRED)
    answers = {name: changed("2001") for name in REQUIRED}
    first = apply_answers(KIND, first_paper, answers, LAN, AT, BLIND)
    assert first.state is State.NEEDS_REVIEW
    assert first.hands == ("lan",)
    assert all(rivals(first, name) == () for name in REQUIRED), "the second sees nothing of the first"
    second = apply_answers(KIND, first, answers, MINH, AT, BLIND)
    assert second.state is State.VERIFIED
    assert second.keyed == {}
    assert second.fields["full_name"].confirmed_by == ("lan", "minh")


def test_a_difference_goes_to_a_third_who_sees_both() -> None:
    answers = {name: changed("2001") for name in REQUIRED}
    first = apply_answers(KIND, paper(), answers, LAN, AT, BLIND)
    second = apply_answers(KIND, first, {**answers, "full_name": changed("2003")}, MINH, AT, BLIND)
    assert second.state is State.NEEDS_REVIEW
    assert blind_fields(KIND, second, BLIND) == ("full_name",)
    assert {entry.value for entry in rivals(second, "full_name")} == {"2001", "2003"}
    assert set(second.hands) == {"lan", "minh"}
    third = apply_answers(KIND, second, {"full_name": changed("2003")}, HOA, AT, BLIND)
    assert third.state is State.VERIFIED
    assert third.fields["full_name"].value == "2003"
    assert third.fields["full_name"].confirmed_by == ("minh", "hoa")
    neither = apply_answers(KIND, second, {"full_name": changed("2004")}, HOA, AT, BLIND)
    assert neither.state is State.VERIFIED, "the third decides"
    assert neither.fields["full_name"].value == "2004"


def test_one_person_keying_twice_is_one() -> None:
    answers = {name: changed("2001") for name in REQUIRED}
    first = apply_answers(KIND, paper(), answers, LAN, AT, BLIND)
    again = apply_answers(KIND, first, answers, LAN, AT, BLIND)
    assert again.state is State.NEEDS_REVIEW
    assert all(len(entries) == 1 for entries in again.keyed.values())


def test_a_paper_may_be_dismissed() -> None:
    gone = dismiss(paper(), State.REJECTED, LAN, AT)
    assert gone.state is State.REJECTED
    assert gone.settled_by == ("lan",)
    assert not same_content(gone, paper())
    assert same_content(paper(), paper().with_changes(revision=9, pdf_key="other"))


@given(
    st.lists(
        st.tuples(
            st.sampled_from(REQUIRED), st.sampled_from(("2001", "2002", "2003")), st.sampled_from("abc")
        ),
        max_size=30,
    )
)
def test_nobody_verifies_alone_what_they_typed(steps: list[tuple[str, str, str]]) -> None:
    """Whatever is answered in whatever order, a verified paper's typed required values have two names."""
    now = paper(full_name="2001")
    for name, value, login in steps:
        now = apply_answers(KIND, now, {name: changed(value)}, Actor(login=login), AT, TWO)
    for name, value in now.fields.items():
        if value.source is Source.PERSON and not value.needs_review and KIND.fields[name].required:
            assert len(set(value.confirmed_by)) >= 2
    assert (now.state is State.VERIFIED) == (not open_fields(KIND, now, TWO))
