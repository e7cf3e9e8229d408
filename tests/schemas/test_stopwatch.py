"""Each step is charged its own time, and nothing that is within another."""

import subprocess
import sys
import time

import pytest

from schemas.base.stopwatch import recorded, step


def _burn(seconds: float) -> None:
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def test_a_step_within_a_step_is_charged_by_itself() -> None:
    with recorded("rest") as spent:
        _burn(0.05)
        with step("outer"):
            _burn(0.1)
            with step("inner"):
                _burn(0.2)
            with step("inner"):
                _burn(0.1)
    assert list(spent) == ["rest", "outer", "inner"]
    assert spent == pytest.approx({"rest": 0.05, "outer": 0.1, "inner": 0.3}, abs=0.04)


def test_a_program_that_was_run_is_charged_to_its_step() -> None:
    busy = "import time\nwhile time.process_time() < 0.3: pass"
    with recorded("rest") as spent, step("program"):
        subprocess.run([sys.executable, "-c", busy], check=True)
    assert spent["program"] > 0.25


def test_steps_that_nobody_records_are_nothing() -> None:
    with step("a"), step("b"):
        pass
    with recorded("rest") as spent, pytest.raises(ValueError, match="x"), step("a"):
        raise ValueError("x")
    assert set(spent) == {"rest", "a"}
