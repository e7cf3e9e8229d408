"""A short run of what `bench.faults` and `bench.power` do for hours: nothing acknowledged is lost."""

from collections import Counter
from pathlib import Path

from bench.faults import altered, end_state, run_batch
from bench.power import cut
from bench.world import world


def test_faults_of_every_kind_lose_nothing(tmp_path: Path) -> None:
    kinds: Counter[str] = Counter()
    with world(tmp_path, 8, 3) as here:
        assert run_batch(here, "yên", 0, kinds) == []
        calm = end_state(here.archive, "yên")
        for scan in here.scans.glob("*.pdf"):
            scan.write_bytes(scan.read_bytes() + b"\n% again")
        assert run_batch(here, "bão", 10, kinds) == []
        assert kinds.total() >= 3
        assert end_state(here.archive, "bão") == calm
        assert list(altered(here)) == []


def test_a_power_cut_takes_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    done, gone = cut(tmp_path, 5)
    assert done > 10
    assert gone == []
