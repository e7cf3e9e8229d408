"""What the two allowed errors mean for people, in a terminal: as a table, and for machines."""

from commandline import lines, sohoa

from schemas.confidence import Effect, calibration


def test_the_pair_that_is_set_is_among_those_shown() -> None:
    run = sohoa(
        "allowances",
        COLUMNS="200",
        SOHOA_ACCEPTED_FIELD_ERROR="0.01",
        SOHOA_ACCEPTED_PAPER_ERROR="0.05",
    )
    effect = calibration().effect(0.01, 0.05)
    assert effect
    assert f"{100 * effect.papers_seen:.0f} · {effect.fields_each:.1f}" in run.stdout
    assert "accepted_paper_error = 0.05" in run.stdout


def test_each_pair_is_a_line_for_machines() -> None:
    effects = [Effect.model_validate(line) for line in lines(sohoa("allowances", "--json"))]
    assert effects == list(calibration().effects)
    assert (0.005, 0.02) in {(effect.field_error, effect.paper_error) for effect in effects}
    for effect in effects:
        assert 0 <= effect.papers_wrong <= effect.papers_wrong_at_most <= 1
        assert effect.fields_each >= 1
    seen = {effect.field_error: effect.papers_seen for effect in effects if effect.paper_error == 0.05}
    assert seen[0.02] <= seen[0.001], "who allows more sees less"
