"""Each step is charged its own time, and nothing that is within another."""

import subprocess
import sys
import time

import pytest

from schemas.base.stopwatch import Step, recorded, step


def _burn(seconds: float) -> None:
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def test_a_step_within_a_step_is_charged_by_itself() -> None:
    with recorded(Step.OTHER) as spent:
        _burn(0.05)
        with step(Step.CHOICE):
            _burn(0.1)
            with step(Step.FIRST_READER):
                _burn(0.2)
            with step(Step.FIRST_READER):
                _burn(0.1)
    assert list(spent) == [Step.OTHER, Step.CHOICE, Step.FIRST_READER]
    assert spent == pytest.approx({Step.OTHER: 0.05, Step.CHOICE: 0.1, Step.FIRST_READER: 0.3}, abs=0.04)


def test_a_program_that_was_run_is_charged_to_its_step() -> None:
    busy = "import time\nwhile time.process_time() < 0.3: pass"
    with recorded(Step.OTHER) as spent, step(Step.SECOND_READER):
        subprocess.run([sys.executable, "-c", busy], check=True)
    assert spent[Step.SECOND_READER] > 0.25


def test_steps_that_nobody_records_are_nothing() -> None:
    with step(Step.OPENING), step(Step.ORDER):
        pass
    with recorded(Step.OTHER) as spent, pytest.raises(ValueError, match="x"), step(Step.OPENING):
        raise ValueError("x")
    assert set(spent) == {Step.OTHER, Step.OPENING}
