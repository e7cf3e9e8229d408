"""Nothing that a full run writes down beside the archive names a person: logs, Prefect's database, errors."""

import json
import subprocess
import unicodedata
from pathlib import Path

from commandline import SOHOA

from samples.dossiers import read_truth


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
        for folder in ("run", "prefect")
        for file in (data / folder).rglob("*")
        if file.is_file()
    }
    assert any(file.name.endswith(".log") for file in written)
    assert any(file.suffix == ".db" for file in written), "Prefect's own"
    said = run.stderr.encode()
    for secret in secrets:
        for form in {secret, secret.upper(), unicodedata.normalize("NFD", secret), json.dumps(secret)[1:-1]}:
            assert form.encode() not in said, form
            for file, content in written.items():
                assert form.encode() not in content, (form, file.name)
