"""A few real kills; `python -m bench.kills` does twenty on more pages."""

from pathlib import Path

from bench.kills import run_with_kills
from samples.dossiers import write_batch
from samples.drawing.damage import Level


def test_kills_lose_nothing_and_read_nothing_finished_again(tmp_path: Path) -> None:
    scans = tmp_path / "scans"
    for _ in write_batch(scans, seeds=range(70, 72), levels=(Level.OFFICE,)):
        pass
    calm = run_with_kills(scans, tmp_path / "calm", kills=0, seed=0)
    stormy = run_with_kills(scans, tmp_path / "stormy", kills=3, seed=5)
    assert stormy.balance["adds_up"]
    assert stormy.balance == calm.balance
    assert stormy.papers == calm.papers
    assert len(calm.papers) >= 6
    under_way = 2 * 2 * 3  # for each kill: two workers, a page in each and one just handed back
    assert calm.engine_calls <= stormy.engine_calls <= calm.engine_calls + under_way
