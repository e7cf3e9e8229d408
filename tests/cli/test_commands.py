"""The main job from a folder of scans to a rebuilt index; help and printed sheets, in both languages."""

import io
import subprocess
import sys
from pathlib import Path

import pytest
from commandline import lines, sohoa

from samples.dossiers import read_truth
from storage.objects.seaweedfs import embedded
from storage.opening import embedded_store


def test_the_main_job(dossier_file: Path, tmp_path: Path) -> None:
    """A clerk names a folder; an official finds; an auditor checks; the database is lost and found."""
    data = tmp_path / "data"
    run = sohoa("digitise", dossier_file.parent, "--batch", "Lô 1", "--unit", "H10.15", "--json")
    assert "prefect" not in run.stderr.lower()
    (balance,) = lines(run)
    assert balance["adds_up"]
    assert balance["pages"] == balance["pages_read"] + balance["pages_needing_person"] == 5
    assert balance["batch"]["unit"] == "H10.15"
    truth = read_truth(dossier_file)
    child = str(truth.papers[2].fields["full_name"])
    hits = lines(sohoa("search", child, "--json"))
    assert hits[0]["document_type"] == "birth_certificate"
    assert hits[0]["exact"]
    shown = lines(sohoa("show", hits[0]["paper"], "--json"))[0]
    assert shown["fields"]["full_name"]["value"] == child
    sohoa("show", hits[0]["paper"], "--save", tmp_path / "out")
    assert {file.suffix for file in (tmp_path / "out").iterdir()} == {".pdf", ".xml", ".json"}
    assert lines(sohoa("verify", "--json"))[0]["damaged"] == []
    for file in data.glob("ledger.sqlite*"):
        file.unlink()
    sohoa("reindex")
    assert lines(sohoa("search", child, "--json")) == hits
    assert lines(sohoa("balance", "Lô 1", "--json"))[0]["pages_read"] == balance["pages_read"]
    assert "Không còn trang nào" in sohoa("resume").stdout
    _damage_one_object(data)
    assert lines(sohoa("verify", "--json", status=7))[0]["damaged"]


def _damage_one_object(data: Path) -> None:
    """Put other bytes in a view's place behind the product's back, its recorded hash kept."""
    with embedded(data) as address:
        store = embedded_store(address, "sohoa")
        key = next(iter(store.keys("views/")))
        metadata = {"sha256": store.digest(key)}
        store._client.remove_object(store.bucket, key)
        store._client.put_object(store.bucket, key, io.BytesIO(b"other"), 5, metadata=metadata)


def test_separators(tmp_path: Path) -> None:
    sohoa("separators", tmp_path / "tờ.pdf", "H47.06-261005-0155=12", "H47.06-261005-0156")
    assert (tmp_path / "tờ.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(("lang", "word"), [("vi_VN.UTF-8", "Số hóa hồ sơ"), ("en_GB.UTF-8", "Digitises")])
def test_help_speaks_the_language_of_the_locale(lang: str, word: str) -> None:
    assert word in sohoa("--help", LANG=lang).stdout


_EVERY_HELP = """
from typer.testing import CliRunner
from cli.main import _COMMANDS, app
for name, _, vietnamese, english in _COMMANDS:
    assert vietnamese != english, name
    shown = CliRunner().invoke(app, [name, "--help"])
    assert shown.exit_code == 0 and "--help" in shown.stdout, name
"""


def test_every_command_has_help_in_both_languages() -> None:
    subprocess.run([sys.executable, "-c", _EVERY_HELP], check=True)
