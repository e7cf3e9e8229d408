"""What goes to a person: also what every paper of the type has and nobody has found."""

from rules.review.triage import state_after_reading, with_expected
from schemas.base.geometry import Box
from schemas.catalogue import document_types
from schemas.paper import FieldValue, State

KIND = document_types()["marital_status_certificate"]


def _sure(text: str, top: int, page: int = 1) -> FieldValue:
    return FieldValue(
        value=text, raw=text, confidence=1.0, page_number=page, box=Box(100, top, 400, top + 40)
    )


def _whole() -> dict[str, FieldValue]:
    wanted = [name for name, rule in KIND.fields.items() if rule.required or rule.expected]
    return {name: _sure(name, 100 * at) for at, name in enumerate(wanted, 1)}


def test_a_whole_paper_gets_nothing_and_passes() -> None:
    assert with_expected(KIND, _whole(), 1) == _whole()
    assert state_after_reading(KIND, _whole()) is State.READ


def test_what_was_not_found_is_a_doubt_where_it_should_stand() -> None:
    fields = _whole()
    del fields["residence"]
    told = with_expected(KIND, fields, 1)
    missing = told["residence"]
    assert (missing.value, missing.needs_review) == (None, True)
    assert [problem.code for problem in missing.problems] == ["not_found"]
    names = [name for name in KIND.fields if name in fields or name == "residence"]
    at = names.index("residence")
    before, after = fields[names[at - 1]].box, fields[names[at + 1]].box
    assert missing.box == Box(100, before.top, 400, after.bottom)
    assert state_after_reading(KIND, told) is State.NEEDS_REVIEW
    assert {name: told[name] for name in fields} == fields, "what was read stays as it was"


def test_a_paper_of_which_nothing_was_read_is_doubted_on_its_first_page() -> None:
    told = with_expected(KIND, {}, 3)
    assert {field.page_number for field in told.values()} == {3}
    assert set(told) == {name for name, rule in KIND.fields.items() if rule.expected}
    assert with_expected(document_types()["unknown"], {}, 1) == {}
