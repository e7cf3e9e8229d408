"""A thousand harms done to a real store, each of which has to be found and named.

`python -m bench.tampering 1000`: an embedded store with a sealed trail and objects of every kind. Each trial
overwrites, removes or swaps something with the store's own password, with a hash beside it that fits, looks,
and puts it back.
"""

import io
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from application.reports.report import draw_up, make_report
from bench.register import write_csv
from bench.tables import Table
from samples.register import draw_register
from schemas.account import Actor
from schemas.base.ids import sha256_of
from schemas.figures import Slice
from schemas.fixity import Damage
from schemas.period import read_period
from schemas.settings import Settings
from storage import keys
from storage.archive.archive import Archive
from storage.audit.seals import seal
from storage.audit.signer import seal_key
from storage.audit.verification import check_trail
from storage.opening import open_archive
from storage.preservation.fixity import sweep
from storage.records.losses import open_losses
from storage.register.columns import Figures
from storage.register.imports import bring_in

SEED = 20261122
_EVENTS = 40
_BY = Actor(login="bench")


def main() -> None:
    """Print how many of each kind were done, and how many found."""
    trials = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    done, found, rng, begun = Counter[str](), Counter[str](), Random(SEED), time.perf_counter()
    with tempfile.TemporaryDirectory() as folder, open_archive(Settings(data=Path(folder))) as archive:
        _fill(archive, Path(folder))
        key = seal_key(Settings(data=Path(folder))).public.hex()
        kinds = (
            "event altered",
            "event removed",
            "events swapped",
            "seal altered",
            "object altered",
            "object removed",
        )
        for number in range(trials):
            kind = kinds[number % len(kinds)]
            done[kind] += 1
            found[kind] += _try(archive, kind, rng, key)
        assert not list(check_trail(archive, key)), "everything was put back"
    rows = tuple((kind, str(done[kind]), str(found[kind])) for kind in done)
    print(
        Table(
            f"{trials} harms, seed {SEED}, {time.perf_counter() - begun:.0f} s",
            ("harm", "done", "found and named"),
            rows,
        ).markdown
    )
    sys.exit(done != found)


def _fill(archive: Archive, folder: Path) -> None:
    write_csv(folder / "a.csv", draw_register(300, SEED, datetime(2026, 7, 1), 80))  # noqa: DTZ001
    bring_in(archive, folder / "a.csv", {}, _BY, lambda *_: None)
    period = read_period("2026-Q3")
    assert period
    view = Figures(archive).view()
    make_report(archive, draw_up(archive, view, period, Slice(), Settings().figures.sync_rate), _BY)
    for number in range(_EVENTS):
        archive.audit.append("paper.view", f"p{number}", _BY, purpose="Kiểm tra")
        if number == _EVENTS // 2:
            seal(archive, seal_key(Settings(data=folder)), datetime.now(UTC))
    seal(archive, seal_key(Settings(data=folder)), datetime.now(UTC))
    sweep(archive, None)


def _try(archive: Archive, kind: str, rng: Random, key: str) -> bool:
    """Do one harm, look, put it back; whether it was named."""
    of_trail = kind.startswith(("event", "seal"))
    prefixes: tuple[str, ...] = (keys.REGISTER, keys.REPORTS)  # which the first sweep has seen
    if of_trail:
        prefixes = (keys.SEALS if kind.startswith("seal") else keys.AUDIT,)
    names = [
        name
        for prefix in prefixes
        for name in archive.store.keys(prefix)
        if not kind.startswith("seal") or name.endswith(".json")
    ]
    chosen = rng.sample(names, 2 if kind.endswith("swapped") else 1)
    before = {name: archive.store.read(name)[0] for name in chosen}
    after: dict[str, bytes | None] = {}
    if kind.endswith("swapped"):
        after |= {chosen[0]: before[chosen[1]], chosen[1]: before[chosen[0]]}
    elif kind.endswith("removed"):
        after[chosen[0]] = None
    else:
        after[chosen[0]] = _changed(before[chosen[0]], rng)
    for name, content in after.items():
        _force(archive, name, content)
    if of_trail:
        prefix, said = (keys.SEALS, "seal") if kind.startswith("seal") else (keys.AUDIT, "event")
        wanted = {f"{said} {keys.number_in(name, prefix)}" for name in chosen}
        named = wanted <= {where for where, _ in check_trail(archive, key)}
    else:
        done = sweep(archive, None)
        lost = set(done.losses) if done else set()
        damage = Damage.MISSING if kind.endswith("removed") else Damage.ALTERED
        named = {(one.key, one.damage) for one in open_losses(archive.database) if one.id in lost} == {
            (chosen[0], damage)
        }
    for name, content in before.items():
        _force(archive, name, content)
    return named


def _changed(content: bytes, rng: Random) -> bytes:
    """One byte is another."""
    harmed, place = bytearray(content), rng.randrange(len(content))
    harmed[place] ^= rng.randint(1, 255)
    return bytes(harmed)


def _force(archive: Archive, key: str, content: bytes | None) -> None:
    """What somebody with the store's password can do."""
    store = archive.store
    store._client.remove_object(store.bucket, key)  # noqa: SLF001
    if content is not None:
        fitting: dict[str, str | list[str] | tuple[str]] = {"sha256": sha256_of(content)}
        store._client.put_object(store.bucket, key, io.BytesIO(content), len(content), metadata=fitting)  # noqa: SLF001


if __name__ == "__main__":
    main()
