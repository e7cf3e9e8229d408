"""Random faults while two workers take in, read, file, review: nothing acknowledged is ever lost.

    python -m bench.faults [FAULTS] [PAGES] [SEED]

Real SeaweedFS behind a proxy that misbehaves, real PostgreSQL, real processes killed. After every fault the
invariants are checked on the store and the database themselves; at the end of each run of PAGES the
papers are compared with an undisturbed run, and a further run must change nothing.
"""

import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.fault_kinds import FAULTS
from bench.world import World, world
from storage import keys
from storage.archive.archive import Archive
from storage.audit.verification import check_trail

_END_SECONDS = 600


def broken_invariants(world: World) -> Iterator[str]:
    """What does not hold now, asked of the store and the database themselves."""
    archive = world.archive
    for batch in archive.ledger.batches():
        if not archive.ledger.balance(batch).adds_up:
            yield f"balance of {batch.name} does not add up"
    now = {}
    for key in archive.store.keys(""):
        if not key.startswith((".", keys.AUDIT)):
            known = world.seen.get(key)
            now[key] = known or archive.store.digest(key)
    for key in world.seen.keys() - now.keys():
        yield f"{key} is gone"
    world.seen.update(now)
    for line in world.acks.read_text().splitlines() if world.acks.exists() else []:
        for key in filter(None, json.loads(line)):
            if key not in now and not (key.startswith(keys.AUDIT) and archive.store.exists(key)):
                yield f"{key} was acknowledged and is not there"


def altered(world: World) -> Iterator[str]:
    """Every object's bytes hashed again, and against what was seen first; the trail walked."""
    for key, digest in world.seen.items():
        if world.archive.store.digest(key) != digest:
            yield f"{key} was overwritten"
        world.archive.store.get(key)
    world.archive.audit.put_back()
    yield from (f"{where}: {what}" for where, what in check_trail(world.archive))


def end_state(archive: Archive, name: str) -> dict[str, Any]:
    """The batch's balance and its papers' values, without times."""
    batch = archive.ledger.batch(name)
    papers = {}
    for dossier in archive.ledger.dossiers(batch.id):
        for at, paper in enumerate(archive.ledger.papers(dossier)):
            plain = paper.model_dump(mode="json")
            values = {n: (f["value"], f["raw"], f["needs_review"]) for n, f in plain["fields"].items()}
            pages = [page["page_number"] for page in plain["pages"]]
            papers[dossier.name, at] = plain["document_type"], values, pages, plain["state"]
    balance = archive.ledger.balance(batch).model_dump(mode="json")
    return {"papers": papers, "balance": {k: v for k, v in balance.items() if k != "batch"}}


def run_batch(here: World, name: str, faults: int, kinds: Counter[str]) -> list[str]:
    """One batch to its end with up to so many faults on the way; what was broken."""
    here.batch = name
    here.acks.unlink(missing_ok=True)
    broken: list[str] = []
    done = 0
    deadline = time.monotonic() + _END_SECONDS + 5 * faults
    here.start()
    while not here.is_done():
        if time.monotonic() > deadline:
            broken.append(f"{name} does not come to an end")
            break
        if done < faults:
            time.sleep(here.random.uniform(0.1, 2.0))
            kind = here.random.choice(sorted(FAULTS))
            FAULTS[kind](here)
            here.revive()  # type: ignore[attr-defined]
            kinds[kind] += 1
            done += 1
            broken += [f"after {kind}: {what}" for what in broken_invariants(here)]
            here.start()
        else:
            time.sleep(0.5)
            if any(worker.poll() not in (None, 0) for worker in here.workers):
                here.start()
    Path(here.environment["CLOCK"]).write_text("0")
    broken += list(broken_invariants(here))
    return broken


def main() -> None:
    """Undisturbed, then disturbed until all faults are spent, then compare."""
    faults = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    pages = int(sys.argv[2]) if len(sys.argv) > 2 else 200
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    begun = time.monotonic()
    with TemporaryDirectory(prefix="sohoa-faults-") as folder, world(Path(folder), pages, seed) as here:
        kinds: Counter[str] = Counter()
        broken = run_batch(here, "yên", 0, kinds)
        calm = end_state(here.archive, "yên")
        print(f"{pages} pages undisturbed: {time.monotonic() - begun:.0f} s", flush=True)
        runs = 0
        while kinds.total() < faults:
            runs += 1
            for at, scan in enumerate(sorted(here.scans.glob("*.pdf"))):  # new bytes, same pages
                with scan.open("ab") as out:
                    out.write(f"\n% {runs} {at}".encode())
            broken += run_batch(here, f"bão {runs}", faults - kinds.total(), kinds)
            state = end_state(here.archive, f"bão {runs}")
            if state != calm:
                broken.append(f"run {runs} ended differently: {_differences(calm, state)}")
            broken += list(altered(here))
            before = set(here.archive.store.keys(""))
            broken += run_batch(here, f"bão {runs}", 0, kinds)
            more = [
                k
                for k in set(here.archive.store.keys("")) - before
                if not k.startswith((keys.AUDIT, keys.SUBMISSIONS, "."))
            ]
            broken += [f"a second run made {key}" for key in more]
            print(
                f"run {runs}: {kinds.total()} faults, {here.proxy.harmed} requests harmed, "
                f"{len(broken)} broken, {time.monotonic() - begun:.0f} s",
                flush=True,
            )
        for kind, count in sorted(kinds.items()):
            print(f"  {count:4} {kind}")
        for what in broken[:20]:
            print(f"✗ {what}")
        print(
            f"seed {seed}: {kinds.total()} faults over {runs} runs of {pages} pages, "
            f"{len(broken)} invariants broken, {time.monotonic() - begun:.0f} s"
        )
        if broken:
            print((Path(folder) / "workers.log").read_text()[-3000:])
            sys.exit(1)


def _differences(calm: dict[str, Any], state: dict[str, Any]) -> str:
    told = [
        f"{k}: {calm['balance'][k]} → {v}" for k, v in state["balance"].items() if calm["balance"][k] != v
    ]
    told += [f"{place}" for place in calm["papers"].keys() ^ state["papers"].keys()][:3]
    told += [
        f"{place}: {calm['papers'][place]} → {paper}"
        for place, paper in state["papers"].items()
        if calm["papers"].get(place, paper) != paper
    ][:2]
    return "; ".join(told)[:1000]


if __name__ == "__main__":
    main()
