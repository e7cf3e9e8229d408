"""Confidence: what speaks for a value raises it, codes are believed, nothing read is nothing sure."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.fields.confidence import features, has_doubtful_digits, judge_confidence
from rules.review.triage import review_papers
from schemas.catalogue import document_types
from schemas.confidence import Calibration, Effect, Judgement, Threshold, calibration
from schemas.paper import Echo, Evidence, FieldValue, Source
from schemas.trees import BoostedTrees

KIND = document_types()["marital_status_certificate"]
TODAY = date(2026, 11, 22)


def _value(value: object, *, source: Source = Source.OCR, **evidence: float) -> FieldValue:
    seen = Evidence.model_validate({"letters": 12, **evidence})
    return FieldValue.model_validate(
        {
            "value": value,
            "raw": str(value),
            "confidence": 0.5,
            "page_number": 1,
            "box": (0, 0, 9, 9),
            "source": source,
            "evidence": seen,
        }
    )


def _table(
    curve: tuple[tuple[float, float], ...] = ((0, 0), (1, 1)),
    thresholds: tuple[Threshold, ...] = (),
    effects: tuple[Effect, ...] = (),
) -> Calibration:
    judged = Judgement(names=(), baseline=0, trees=(), curve=curve, thresholds=thresholds)
    return Calibration(field=judged, paper=judged, effects=effects, fitted_on="")


def _confidence(name: str, value: FieldValue) -> float:
    (reviewed,) = review_papers([(KIND, {name: value})], 0.005, TODAY)
    return reviewed[name].confidence


def test_better_evidence_makes_surer() -> None:
    sure = _confidence("full_name", _value("Trần Văn Khánh", words=0.99, weakest=0.995))
    doubtful = _confidence("full_name", _value("Trần Văn Khánh", words=0.3, weakest=0.4))
    confirmed = _confidence(
        "full_name", _value("Trần Văn Khánh", words=0.3, weakest=0.4, looks=2, agreeing=2)
    )
    contradicted = _confidence("full_name", _value("Trần Văn Khánh", words=0.3, weakest=0.4, looks=2))
    odd = _confidence("full_name", _value("Trận Văn Khảnh", words=0.99, weakest=0.995))
    assert contradicted < doubtful < sure
    assert contradicted < confirmed
    assert odd < sure


def test_a_check_that_fails_goes_to_a_person_however_well_it_was_read() -> None:
    (reviewed,) = review_papers(
        [(KIND, {"personal_id": _value("003203000001", words=0.999, weakest=0.999)})], 0.05, TODAY
    )
    assert reviewed["personal_id"].needs_review
    rule, fine = KIND.fields["personal_id"], _value("070194001234", words=0.99, weakest=0.99)
    assert judge_confidence(rule, fine, reviewed["personal_id"].problems) < judge_confidence(rule, fine, ())
    assert [p.code for p in reviewed["personal_id"].problems] == ["personal_id_province"]


def test_what_the_paper_says_twice_must_agree() -> None:
    card = document_types()["identity_card"]
    value = _value("1994-03-09", source=Source.QR)
    for echo, wanted in (("1994-03-09", []), ("1994-03-08", ["echo_differs"])):
        said = Echo(value=echo, raw=echo, page_number=1, box=(0, 0, 9, 9))
        both = value.with_changes(echoes=(said,))
        (reviewed,) = review_papers([(card, {"date_of_birth": both})], 0.005, TODAY)
        assert [p.code for p in reviewed["date_of_birth"].problems] == wanted
        assert reviewed["date_of_birth"].value == "1994-03-09", "the code has the word"


def test_the_wanted_error_decides_who_looks() -> None:
    value = _value("Trần Văn Khảng", words=0.9, weakest=0.92)
    confidence = _confidence("full_name", value)
    table = calibration().field
    assert table.threshold(0.05) < confidence < table.threshold(0.0005)
    for error, looked_at in ((0.05, False), (0.0005, True)):
        (reviewed,) = review_papers([(KIND, {"full_name": value})], error, TODAY)
        assert reviewed["full_name"].needs_review == looked_at


def test_the_curve_straightens_what_the_trees_say(monkeypatch: pytest.MonkeyPatch) -> None:
    bent = _table(curve=((0, 0), (1, 0.5)))
    monkeypatch.setattr("rules.fields.confidence.calibration", lambda: bent)
    assert judge_confidence(KIND.fields["full_name"], _value("Trần Văn Khánh"), ()) == 0.25


def test_codes_are_believed_and_nothing_read_is_nothing_sure() -> None:
    rule = document_types()["identity_card"].fields["personal_id"]
    assert judge_confidence(rule, _value("070194001234", source=Source.QR), ()) > 0.99
    assert judge_confidence(rule, _value(None), ()) == 0.0


@given(st.floats(0.0001, 1), st.floats(0.0001, 1), st.integers(0, 60), st.integers(0, 2))
def test_confidence_is_a_probability(words: float, weakest: float, letters: int, agreeing: int) -> None:
    for name, rule in KIND.fields.items():
        value = _value("x", words=words, weakest=weakest, letters=letters, looks=2, agreeing=agreeing)
        assert 0 <= judge_confidence(rule, value, ()) <= 1, name


def test_the_wanted_error_chooses_the_threshold() -> None:
    table = calibration().field
    assert table.threshold(0.05) <= table.threshold(0.005) <= table.threshold(0.001)
    known = (Threshold(error=0.01, confidence=0.9), Threshold(error=0.001, confidence=0.98))
    fitted = _table(thresholds=known).field
    assert fitted.threshold(0.005) == 0.98
    assert fitted.threshold(0.0001) > 1, "nothing is accepted at an error that was never reached"


def test_trees_are_walked_by_their_features() -> None:
    tree = ((1, 0.5, 1, 2), (-1, -1.0, 0, 0), (0, 10, 3, 4), (-1, 0.25, 0, 0), (-1, 2.0, 0, 0))
    table = BoostedTrees(names=("letters", "colon"), baseline=0.5, trees=(tree, tree))
    assert table.log_odds({"letters": 50}) == 0.5 - 2.0
    assert table.log_odds({"letters": 10, "colon": 1}) == 0.5 + 0.5
    assert table.log_odds({"letters": 11, "colon": 1, "other": 3}) == 0.5 + 4.0


def test_what_stands_around_a_value_is_looked_at() -> None:
    alone = features(KIND.fields["residence"], _value("Thôn 2"), ())
    around = _value("Thôn 2,", followed=True, running=True, owners=3, repeated=2, rivals=1)
    seen = features(KIND.fields["residence"], around, ())
    named = ("followed", "running", "owners", "repeated", "rivals", "ends_open")
    assert [alone[name] for name in named] == [0, 0, 1, 0, 0, 0]
    assert [seen[name] for name in named] == [1, 1, 3, 2, 1, 1]
    assert set(named) <= set(calibration().field.names), "and the trees know them"
    assert features(KIND.fields["residence"], _value("KhángChiến"), ())["capitals_inside"] == 1


def test_an_effect_is_that_of_the_nearest_errors_that_are_no_larger() -> None:
    def effect(field_error: float, paper_error: float) -> Effect:
        return Effect(
            field_error=field_error,
            paper_error=paper_error,
            papers_seen=0.5,
            fields_each=1,
            fields_wrong=0,
            papers_wrong=0,
            papers_wrong_at_most=0.1,
        )

    table = _table(
        effects=(effect(0.001, 0.02), effect(0.005, 0.01), effect(0.005, 0.02), effect(0.01, 0.05))
    )
    nearest = table.effect(0.007, 0.03)
    assert nearest
    assert (nearest.field_error, nearest.paper_error) == (0.005, 0.02)
    assert table.effect(0.0001, 0.5) is None


def test_a_number_that_one_reading_says_otherwise_is_looked_at() -> None:
    sure = _value("070194001234", words=0.96, weakest=0.98, looks=2, agreeing=2, alike=2)
    rule = KIND.fields["personal_id"]
    assert not has_doubtful_digits(rule, sure)
    differing = sure.with_changes(evidence=sure.evidence.with_changes(agreeing=1, alike=1))
    assert has_doubtful_digits(rule, differing)
    assert not has_doubtful_digits(KIND.fields["full_name"], differing)
    (reviewed,) = review_papers([(KIND, {"personal_id": differing})], 0.05, TODAY)
    assert reviewed["personal_id"].needs_review
    assert [problem.code for problem in reviewed["personal_id"].problems] == ["readings_differ"]


def test_where_a_place_lies_today_is_no_doubt_about_the_reading() -> None:
    split = "Tổ 9, xã Thanh Tuyền, huyện Dầu Tiếng, tỉnh Bình Dương"
    (reviewed,) = review_papers(
        [(KIND, {"residence": _value(split, words=0.999, weakest=0.999)})], 0.05, TODAY
    )
    assert [problem.code for problem in reviewed["residence"].problems] == ["place_split"]
    assert not reviewed["residence"].needs_review


def test_the_same_digits_read_otherwise_are_no_doubt() -> None:
    """`2132023` for `213/2023`: a sign was lost, no digit is another."""
    seen = _value("213/2023", words=0.96, weakest=0.98, looks=2, agreeing=1, alike=2)
    assert not has_doubtful_digits(KIND.fields["personal_id"], seen)
