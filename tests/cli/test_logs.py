"""Nothing that a full run writes down beside the archive names a person: logs, Prefect's database, errors."""

import json
import subprocess
import unicodedata
from pathlib import Path

from commandline import SOHOA

from samples.dossiers import read_truth
from storage.logs import read_log


def test_no_log_names_a_person(dossier_file: Path, tmp_path: Path) -> None:
    truth = read_truth(dossier_file)
    told = [value for paper in truth.papers for value in paper.fields.values() if isinstance(value, str)]
    secrets = {value for value in told if len(value) > 8 and (" " in value or value.isdigit())}
    assert len(secrets) > 10
    broken = tmp_path / "hỏng.pdf"
    broken.write_bytes(dossier_file.read_bytes()[:90_000])
    run = subprocess.run(
        [*SOHOA, "digitise", str(dossier_file), str(broken), "--json"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode in (0, 3)
    data = tmp_path / "data"
    written = {
        file: file.read_bytes()
        for folder in ("run", "prefect", "logs")
        for file in (data / folder).rglob("*")
        if file.is_file()
    }
    assert any(file.name.endswith(".log") for file in written)
    events = [line["event"] for line in read_log(data)]
    assert events.count("page.read") >= len(truth.papers)
    assert {"file.received", "page.read", "stack.filed"} <= set(events)
    assert any(file.suffix == ".db" for file in written), "Prefect's own"
    said = run.stderr.encode()
    for secret in secrets:
        for form in {secret, secret.upper(), unicodedata.normalize("NFD", secret), json.dumps(secret)[1:-1]}:
            assert form.encode() not in said, form
            for file, content in written.items():
                assert form.encode() not in content, (form, file.name)


def test_the_log_is_shown_by_event_and_level(dossier_file: Path, tmp_path: Path) -> None:
    empty = tmp_path / "trống.pdf"
    empty.touch()
    subprocess.run([*SOHOA, "digitise", str(dossier_file), str(empty)], capture_output=True, check=False)
    shown = subprocess.run(
        [*SOHOA, "logs", "--event", "file.received", "--json"], capture_output=True, text=True, check=True
    )
    outcomes = sorted(json.loads(line)["outcome"] for line in shown.stdout.splitlines())
    assert outcomes == ["empty_file", "received"]
    store = subprocess.run([*SOHOA, "logs", "--of", "store"], capture_output=True, text=True, check=True)
    assert "master" in store.stdout.lower()
    unknown = subprocess.run([*SOHOA, "logs", "--of", "nothing"], capture_output=True, check=False)
    assert unknown.returncode == 6
