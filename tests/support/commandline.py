"""Sohoa's commands as a person runs them: separate processes, real exit statuses."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

SOHOA = [sys.executable, "-m", "cli.main"]


def sohoa(*arguments: str | Path, status: int = 0, **environment: str) -> subprocess.CompletedProcess[str]:
    run = subprocess.run(
        [*SOHOA, *map(str, arguments)],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert run.returncode == status, run.stdout + run.stderr
    return run


def lines(run: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run.stdout.splitlines()]
