"""The catalogue of procedures: whole, dated, and every rule with its text."""

from datetime import date
from itertools import combinations

import pytest
from pydantic import ValidationError

from rules.reuse.procedure_lookup import in_force, matching, named_in
from schemas.base.language import Bilingual
from schemas.catalogue import document_types, procedures
from schemas.procedure import Case, Component, Procedure, ValidityPeriod, national_code

SAID = Bilingual(vi="x", en="x")


def test_every_procedure_names_what_the_product_knows() -> None:
    types = document_types()
    assert len({procedure.code for procedure in procedures()}) >= 10
    for procedure in procedures():
        assert procedure.basis
        assert procedure.in_force.since
        assert procedure.result_type in ("", *types)
        for component in (c for case in procedure.cases for c in case.components):
            assert component.basis
            assert component.document_type in ("", *types), (procedure.code, component.id)
            if component.role:
                assert component.role in {p.full_name for p in types[component.document_type].persons}
            assert all(other.document_type in types for other in component.substitutes)
            assert not (component.purposes and not types[component.document_type].purpose)


def test_editions_of_a_procedure_never_hold_on_the_same_day() -> None:
    for one, other in combinations(procedures(), 2):
        if one.code == other.code:
            first, second = sorted((one, other), key=lambda p: p.in_force.since or date.min)
            assert first.in_force.until == second.in_force.since, one.code


def test_a_dossier_of_2022_is_judged_by_the_rules_of_2022() -> None:
    then, now = (in_force(procedures(), day)["1.000894"] for day in (date(2022, 5, 1), date(2026, 5, 1)))
    status = then.cases[0].component("marital_status")
    assert status
    assert not status.data, "nothing answered instead of the paper then"
    assert now.cases[0].component("marital_status").data  # type: ignore[union-attr]
    assert "1.012783" not in in_force(procedures(), date(2022, 5, 1))


def test_procedures_are_found_by_code_and_by_words_without_marks() -> None:
    held = in_force(procedures(), date(2026, 11, 22)).values()
    assert [p.code for p in matching(held, "dang ky ket hon")] == ["1.000894"]
    assert [p.code for p in matching(held, "1.000894.000.00.00.H10")] == ["1.000894"]
    assert {p.code for p in matching(held, "khai sinh")} == {"1.001193", "1.004884", "2.000635"}
    assert {p.code for p in matching(held, "2.000")} == {"2.000635", "2.000815"}


def test_a_slip_names_its_procedure() -> None:
    assert named_in("Đăng ký lại khai sinh") == "1.004884"
    assert named_in("ĐĂNG KÝ KHAI SINH cho con") == "1.001193"
    assert named_in("Thủ tục 1.013225, nhà ở") == "1.013225"
    assert named_in("Việc khác") is None


def test_what_is_no_component_is_refused() -> None:
    known = {"id": "a", "name": SAID, "basis": "x"}
    with pytest.raises(ValidationError, match="neither original nor copy"):
        Component(**known, originals=0)  # type: ignore[arg-type]
    with pytest.raises(ValidationError, match="digitise_basis"):
        Component(**known, must_digitise=True)  # type: ignore[arg-type]
    component = Component(**known, only_if="works")  # type: ignore[arg-type]
    with pytest.raises(ValidationError, match="no fact works"):
        Case(id="c", name=SAID, components=(component,))
    with pytest.raises(ValidationError, match="share an id"):
        Case(id="c", name=SAID, facts={"works": SAID}, components=(component, component))
    with pytest.raises(ValidationError, match="not a code"):
        Procedure(code="7", name=SAID, field=SAID, level="commune", basis="x", cases=())  # type: ignore[arg-type]


def test_codes_with_and_without_their_local_end() -> None:
    assert national_code("1.001193.000.00.00.H10") == national_code(" 1.001193 ") == "1.001193"
    assert national_code("1.00119") is None


def test_a_span_holds_from_its_first_day_and_not_on_its_last() -> None:
    span = ValidityPeriod(since=date(2025, 7, 1), until=date(2026, 7, 1))
    assert [span.holds(date(*day)) for day in ((2025, 6, 30), (2025, 7, 1), (2026, 6, 30), (2026, 7, 1))] == [
        False,
        True,
        True,
        False,
    ]
    assert ValidityPeriod().holds(date(1, 1, 1))
