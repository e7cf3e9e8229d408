"""`sohoa up`: everything starts, works, and ends with it."""

import signal
import socket
import subprocess
import time
from pathlib import Path

import httpx
from commandline import SOHOA, lines, sohoa


def test_up_starts_everything_and_stops_cleanly(tmp_path: Path, dossier_file: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    process = subprocess.Popen(
        [*SOHOA, "up", "--port", str(port)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        url_file = tmp_path / "data" / "run" / "prefect.json"
        deadline = time.monotonic() + 120
        while not url_file.exists() and time.monotonic() < deadline and process.poll() is None:
            time.sleep(0.3)
        assert url_file.exists()
        (balance,) = lines(sohoa("digitise", dossier_file, "--json"))
        assert balance["adds_up"]
        assert _flow_runs(port, (tmp_path / "data/prefect/password").read_text()) == ["Completed"]
    finally:
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=60)
    assert process.returncode == 0, output
    assert "Đã dừng" in output
    assert not url_file.exists()
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def _flow_runs(port: int, password: str) -> list[str]:
    """States of the `digitise …` runs that Prefect shows to whoever knows the password."""
    user, _, word = password.partition(":")
    with httpx.Client(base_url=f"http://127.0.0.1:{port}/api", auth=(user, word), timeout=20) as prefect:
        token = prefect.get("/csrf-token", params={"client": "test"}).json()["token"]
        proof = {"Prefect-Csrf-Token": token, "Prefect-Csrf-Client": "test"}
        runs = prefect.post("/flow_runs/filter", json={}, headers=proof).json()
    return [run["state_name"] for run in runs if run["name"].startswith("digitise ")]
