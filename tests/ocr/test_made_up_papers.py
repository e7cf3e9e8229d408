"""Papers of the grammar say what fits together, as real ones do; and some are kept for the demo alone."""

from random import Random

from bench.confidence import FAMILIES as CONFIDENCE_FAMILIES
from bench.forms import FAMILIES as SCORED_FAMILIES
from bench.labels import FAMILIES as LABEL_FAMILIES
from rules.fields.numbers import check_dossier_code, check_personal_id, check_tax_code
from samples.forms.cast import draw_cast
from samples.forms.grammar import draw_form
from samples.forms.unseen import _FIRST, draw_unseen
from schemas.catalogue import document_types
from schemas.paper import UNKNOWN


def test_a_persons_number_sex_and_birth_fit() -> None:
    fitting = []
    for kind in ("birth_certificate", "identity_card", "marriage_certificate", "death_certificate"):
        for family in range(30):
            fields = {name: str(value) for name, value in draw_form(kind, family, 5).fields.items()}
            for number in ("personal_id", "wife_id", "husband_id"):
                prefix = number.removesuffix("id").removesuffix("personal_")
                value = fields.get(number, "")
                born, gender = fields.get(f"{prefix}date_of_birth"), fields.get(f"{prefix}gender")
                if len(value) == 12:
                    fitting.append(check_personal_id(value, born, gender) is None)
    assert len(fitting) > 80
    assert 0.9 < sum(fitting) / len(fitting) < 1, "mostly; some papers are at odds, as real ones are"


def test_codes_have_their_structure() -> None:
    for family in range(20):
        code = draw_form("business_registration", family, 5).fields["enterprise_code"]
        assert check_tax_code(str(code)) is None
        dossier = draw_form("receipt_slip", family, 5).fields["dossier_code"]
        assert check_dossier_code(str(dossier)) is None, dossier


def test_every_paper_has_what_its_type_requires() -> None:
    for kind in set(document_types()) - {UNKNOWN}:
        required = {name for name, rule in document_types()[kind].fields.items() if rule.required}
        for family in range(12):
            assert required <= set(draw_form(kind, family, 5).fields), (kind, family)


def test_a_child_is_born_after_the_parents() -> None:
    kind = document_types()["birth_certificate"]
    casts = [draw_cast(kind, Random(seed)) for seed in range(40)]
    whole = [cast for cast in casts if {"date_of_birth", "mother_birth_year"} <= set(cast)]
    assert len(whole) > 30
    assert all(int(cast["date_of_birth"][:4]) > int(cast["mother_birth_year"]) for cast in whole)


def test_no_family_serves_two_purposes() -> None:
    ranges = [CONFIDENCE_FAMILIES, SCORED_FAMILIES, LABEL_FAMILIES, range(_FIRST, _FIRST + 100)]
    for at, one in enumerate(ranges):
        for other in ranges[at + 1 :]:
            assert not set(one) & set(other)
    assert len(draw_unseen(1)) == len(set(document_types())) - 1
