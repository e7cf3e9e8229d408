"""Whose a paper is: by number, and only where name and birth agree."""

from hypothesis import given
from hypothesis import strategies as st
from papers_on_file import DUNG, card, paper, status

from rules.reuse.identity import holder_of, is_holder, known_holder, links_of, mentions_of, same_person
from schemas.catalogue import document_types
from schemas.paper import Paper, Source
from schemas.subject import Mention, Proof, SubjectKind, identity_of

TYPES = document_types()


def mentions(made: Paper) -> tuple[Mention, ...]:
    return mentions_of(TYPES[made.document_type], made)


def mention(name: str, born: str = "1990-05-17", weight: int = 1, paper_id: str = "p") -> Mention:
    return Mention(paper_id=paper_id, role="full_name", name=name, number="1", born=born, weight=weight)


def test_each_person_of_a_paper_is_mentioned_under_their_own_number() -> None:
    made = paper(
        "marriage_certificate",
        wife_full_name="A B",
        wife_id="001190012345",
        husband_full_name="C D",
        husband_id="001088054321",
    )
    wife, husband = mentions(made)
    assert (wife.role, wife.identity) == ("wife_full_name", identity_of("001190012345"))
    assert (husband.role, husband.identity) == ("husband_full_name", identity_of("001088054321"))


def test_without_a_number_a_person_stands_alone() -> None:
    one, other = (mentions(paper("birth_certificate", full_name="A B", book_number=n))[0] for n in "12")
    assert one.identity != other.identity


def test_an_enterprise_is_no_person() -> None:
    made = paper(
        "business_registration",
        enterprise_code="0100112437",
        enterprise_name="CTY A",
        representative_name="A B",
        representative_id="0100112437",
    )
    person, firm = mentions(made)
    assert firm.kind is SubjectKind.ORGANISATION
    assert person.identity != firm.identity


def test_the_cards_code_proves_the_former_number() -> None:
    made = paper(
        "identity_card",
        sources={"previous_id": Source.QR, "personal_id": Source.QR},
        **DUNG,
        previous_id="012345678",
    )
    (link,) = links_of(TYPES["identity_card"], made)
    assert link.proof is Proof.CODE
    assert {link.one, link.other} == {identity_of("012345678"), identity_of(DUNG["personal_id"])}


def test_two_numbers_beside_one_name_are_one_persons() -> None:
    raw = {"personal_id": "CCCD số 001190012345 (CMND cũ: 012 345 678)"}
    (link,) = links_of(
        TYPES["marital_status_certificate"], paper("marital_status_certificate", raw=raw, **DUNG)
    )
    assert link.proof is Proof.PAPER
    assert link.other == identity_of("012345678")


def test_a_number_in_groups_is_one_number() -> None:
    raw = {"personal_id": "0011 9001 2345"}
    assert not links_of(
        TYPES["marital_status_certificate"], paper("marital_status_certificate", raw=raw, **DUNG)
    )


def test_a_doubtful_number_proves_nothing() -> None:
    raw = {"personal_id": "001190012345, 012345678"}
    made = paper("marital_status_certificate", raw=raw, doubtful=("personal_id",), **DUNG)
    assert not links_of(TYPES["marital_status_certificate"], made)
    assert not mentions(made)[0].sure


def test_a_few_letters_misread_are_still_the_same_person() -> None:
    assert same_person("Nguyễn Thị Dung", "1990-05-17", "NGUYÊN THI DUNC", "1990-05-17")
    assert same_person("Nguyễn Thị Dung", "1990-05-17", "Nguyễn Thị Dung", "1990")
    assert not same_person("Nguyễn Thị Hoa", "1990-05-17", "Nguyễn Thị Lan", "1990-05-17"), "twins"
    assert not same_person("Nguyễn Thị Dung", "1990-05-17", "Nguyễn Thị Dung", "1991-05-17")
    assert not same_person("Nguyễn Thị Dung", "1990-05-17", "Nguyễn Thị Dậu", ""), "no day to back it"


def test_who_weighs_more_holds_the_number() -> None:
    dung, binh = mention("Nguyễn Thị Dung", weight=3), mention("Lê Văn Bình", "1961-01-02", paper_id="q")
    known = known_holder([binh, dung])
    assert known
    assert is_holder(known, mention("Nguyên Thị Dung"))
    assert not is_holder(known, binh)
    assert known_holder([dung, binh.with_changes(weight=3)]) is None, "neither is believed"
    assert known_holder([]) is None


@given(
    st.permutations(
        [
            mention(n, weight=w, paper_id=str(i))
            for i, (n, w) in enumerate(
                (("Nguyễn Thị Dung", 3), ("Nguyễn Thị Dunq", 1), ("Lê Văn Bình", 2), ("Lê Văn Binh", 1))
            )
        ]
    )
)
def test_the_order_of_papers_does_not_matter(seen: list[Mention]) -> None:
    known = known_holder(seen)
    assert known
    assert set(known.names) == {"Nguyễn Thị Dung", "Nguyễn Thị Dunq"}


def test_a_card_outweighs_what_was_read_elsewhere() -> None:
    coded = card().with_changes(
        fields={name: field.with_changes(source=Source.QR) for name, field in card().fields.items()}
    )
    other = status(full_name="Lê Văn Bình", date_of_birth="1961-01-02")
    known = known_holder([*mentions(other), *mentions(coded)])
    assert known
    assert known.names == ("Nguyễn Thị Dung",)


def test_an_old_number_given_twice_does_not_make_two_people_one() -> None:
    """012345678 was Dung's in one province and Bình's in another: both cards say so in their codes."""
    dung, binh = "001190012345", "001061000001"
    mine = [mention("Nguyễn Thị Dung").with_changes(number=dung)]
    his = [mention("Lê Văn Bình", "1961-01-02", 3, str(n)).with_changes(number=binh) for n in range(5)]
    tiers = [frozenset({identity_of(number)}) for number in (dung, "012345678", binh)]
    known = holder_of(tiers, [*his, *mine])
    assert known
    assert known.names == ("Nguyễn Thị Dung",)
    shared = [frozenset({identity_of("012345678")}), frozenset({identity_of(dung), identity_of(binh)})]
    assert holder_of(shared, [*his, *mine]) is None, "who asks by the old number is told to ask by the new"
    assert holder_of(shared, mine) == known
    assert holder_of([], mine) is None


def test_a_year_alone_does_not_let_in_who_was_born_that_year() -> None:
    known = known_holder(
        [mention("Nguyễn Thị Dung", weight=3), mention("Nguyễn Thị Dung", "1990", paper_id="q")]
    )
    assert known
    assert known.born == ("1990-05-17",)
    assert not is_holder(known, mention("Nguyễn Thị Dung", "1990-12-31"))
    assert is_holder(known, mention("Nguyễn Thị Dung", "1990"))
