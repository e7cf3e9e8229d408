"""`kill -9` of a whole process group at random moments, `sohoa resume` each time.

    python -m bench.kills [KILLS] [PAGES]

Compares the end state with an undisturbed run and counts engine calls through a `tesseract` on the
path that writes a line for each call and then becomes the real one.
"""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from samples.dossiers import write_batch
from samples.drawing.damage import Level

SOHOA = [sys.executable, "-m", "cli.main"]
_LATEST_KILL_SECONDS = 8.0


@dataclass(frozen=True)
class Outcome:
    """What a run left: the balance, each paper's record without its times, engine calls.

    `kills` are those that hit a process at work.
    """

    balance: dict[str, Any]
    papers: dict[str, Any]
    engine_calls: int
    kills: int


def run_with_kills(scans: Path, data: Path, kills: int, seed: int) -> Outcome:
    """Digitise `scans` into `data`, killed `kills` times while it works, then let it finish."""
    rng = random.Random(seed)
    environment = counting_environment(data)
    command = [*SOHOA, "digitise", str(scans), "--batch", "kills", "--json"]
    done = 0
    while done < kills:
        process = subprocess.Popen(
            command,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            process.wait(rng.uniform(0.5, _LATEST_KILL_SECONDS))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            done += 1
        else:
            break  # all is read: there is nothing left to kill
        if _files_taken(environment) < len(list(scans.glob("*.pdf"))):
            continue  # killed while it took files in: the clerk names the folder again
        command = [*SOHOA, "resume", "--json"]
    subprocess.run(
        [*SOHOA, "digitise", str(scans), "--batch", "kills", "--json"],
        env=environment,
        stdout=subprocess.DEVNULL,
        check=False,
    )
    return outcome(environment, done)


def outcome(environment: Mapping[str, str], kills: int = 0) -> Outcome:
    """The state `data` is in, as its user can see it."""
    shown = _json_lines(environment, "balance", "--json")
    balance = {k: v for k, v in shown[0].items() if k != "batch"}
    papers: dict[str, Any] = {}
    folder = Path(environment["SOHOA_DATA"]) / "saved"
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run(
        [*SOHOA, "show", "kills", "--save", str(folder)],
        env=dict(environment),
        stdout=subprocess.DEVNULL,
        check=True,
    )
    for file in sorted(folder.glob("*.json")):
        record = json.loads(file.read_text())
        for changing in ("read_at", "pdf_sha256"):
            del record[changing]
        papers[record["id"]] = record
    calls = Path(environment["ENGINE_CALLS"])
    count = (
        sum("tessedit_create_tsv=1" in line for line in calls.read_text().splitlines())
        if calls.exists()
        else 0
    )
    return Outcome(balance, papers, count, kills)


def counting_environment(data: Path) -> dict[str, str]:
    """Environment whose `tesseract` counts its calls in a file beside `data`."""
    shims = data.parent / f"{data.name}-bin"
    shims.mkdir(parents=True, exist_ok=True)
    shim = shims / "tesseract"
    calls = data.parent / f"{data.name}-calls.log"  # workers see nothing of our environment
    shim.write_text(f'#!/bin/sh\necho "$@" >> "{calls}"\nexec {shutil.which("tesseract")} "$@"\n')
    shim.chmod(0o755)
    return {
        **os.environ,
        "PATH": f"{shims}:{os.environ['PATH']}",
        "ENGINE_CALLS": str(calls),
        "SOHOA_DATA": str(data),
        "SOHOA_SANDBOX": "off",  # in it the calls could not be written down
    }


def _files_taken(environment: Mapping[str, str]) -> int:
    if not (Path(environment["SOHOA_DATA"]) / "run").exists():
        return 0
    return sum(int(balance["files"]) for balance in _json_lines(environment, "balance", "--json"))


def _json_lines(environment: Mapping[str, str], *command: str) -> list[dict[str, Any]]:
    run = subprocess.run(
        [*SOHOA, *command], env=dict(environment), capture_output=True, text=True, check=False
    )
    return [json.loads(line) for line in run.stdout.splitlines() if line.startswith("{")]


def main() -> None:
    """Run undisturbed, run with kills, compare, print."""
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    dossiers = int(sys.argv[2]) // 5 if len(sys.argv) > 2 else 8
    with TemporaryDirectory(prefix="sohoa-kills-") as folder:
        root = Path(folder)
        scans = root / "scans"
        for _ in write_batch(scans, seeds=range(100, 100 + dossiers), levels=(Level.OFFICE,)):
            pass
        begun = time.monotonic()
        calm = run_with_kills(scans, root / "calm", 0, 0)
        between = time.monotonic()
        stormy = run_with_kills(scans, root / "stormy", kills, 7)
        print(
            f"pages {calm.balance['pages']}, undisturbed {between - begun:.0f} s, "
            f"with {stormy.kills} kills at work {time.monotonic() - between:.0f} s"
        )
        print(f"balance adds up: {stormy.balance['adds_up']}; same balance: {stormy.balance == calm.balance}")
        print(f"same papers: {stormy.papers == calm.papers} ({len(stormy.papers)})")
        print(f"engine calls: {calm.engine_calls} undisturbed, {stormy.engine_calls} with kills")


if __name__ == "__main__":
    main()
