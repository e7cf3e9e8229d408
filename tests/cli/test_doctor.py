"""What the doctor says of doors, files and packages: what is wrong is named, with what mends it."""

import json
import re
import zipfile
from pathlib import Path

import pytest
from commandline import lines, sohoa
from listener import listening

from cli.doors import answers_strangers, doors, open_to_others
from cli.vulnerabilities import installed, vulnerable
from flows.orchestrator.server import prefect_server
from schemas.environment_errors import SettingWrong
from schemas.settings import Settings
from storage.opening import open_archive


def test_every_port_of_the_store_is_told_with_its_proof(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "d")
    with open_archive(settings) as archive:
        told = {door.name: door for door in doors(settings)}
    roles = {
        f"store: {name}{kind}" for name in ("s3", "filer", "volume", "master") for kind in ("", " (gRPC)")
    }
    assert roles <= set(told)
    assert f"127.0.0.1:{told['store: s3'].port}" == archive.store.endpoint
    assert all(door.on_this_host for door in told.values())
    assert "certificate" in told["store: filer (gRPC)"].proof
    assert doors(Settings(data=tmp_path / "another")) == []


def test_files_that_others_may_open_are_named(tmp_path: Path) -> None:
    data = tmp_path / "d"
    sohoa("balance", "--data", data)
    settings = Settings(data=data)
    assert list(open_to_others(settings)) == []
    assert re.search("✓ files", sohoa("doctor", "--quick", "--data", data).stdout)
    data.chmod(0o755)
    (data / "ledger.sqlite").chmod(0o644)
    assert {path for path, _ in open_to_others(settings)} >= {data, data / "ledger.sqlite"}
    run = sohoa("doctor", "--quick", "--data", data, status=4)
    assert "ledger.sqlite 0o644" in run.stdout
    assert f"chmod -R go= {data}" in run.stdout


def test_a_prefect_server_that_asks_for_no_password_is_told(tmp_path: Path) -> None:
    with prefect_server(tmp_path / "d") as server:
        assert not answers_strangers(server.url)
    with listening() as open_to_all:
        assert answers_strangers(open_to_all.url)
    assert not answers_strangers("http://127.0.0.1:9/api")


ADVISORY = {
    "id": "PYSEC-1",
    "aliases": ["CVE-2026-1"],
    "summary": "bad",
    "affected": [
        {
            "package": {"ecosystem": "PyPI", "name": "Some_Package"},
            "ranges": [
                {
                    "type": "ECOSYSTEM",
                    "events": [
                        {"introduced": "1.0"},
                        {"fixed": "1.5"},
                        {"introduced": "2.0"},
                        {"last_affected": "2.4"},
                    ],
                }
            ],
            "versions": ["0.5"],
        }
    ],
}


@pytest.mark.parametrize(
    ("version", "named"),
    [
        ("0.4", False),
        ("0.5", True),
        ("1.0", True),
        ("1.4.9", True),
        ("1.5", False),
        ("1.10", False),
        ("2.4", True),
        ("2.5", False),
    ],
)
def test_the_versions_that_an_advisory_names(tmp_path: Path, version: str, named: bool) -> None:
    file = tmp_path / "a.json"
    file.write_text(json.dumps(ADVISORY))
    told = list(vulnerable(file, {"some-package": version, "other": version}))
    assert bool(told) is named
    assert not named or told[0].advisory == "PYSEC-1 CVE-2026-1"
    assert version != "1.0" or told[0].fixed == "1.5"


def test_what_is_installed_is_held_to_a_file_that_was_brought(tmp_path: Path) -> None:
    own = installed()
    assert own["pydantic"]
    events = [{"introduced": "0"}, {"fixed": "999"}]
    ours = {
        "package": {"ecosystem": "PyPI", "name": "pydantic"},
        "ranges": [{"type": "ECOSYSTEM", "events": events}],
    }
    bad = {"id": "X-1", "affected": [ours]}
    file = tmp_path / "all.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("X-1.json", json.dumps(bad))
        archive.writestr("X-2.json", json.dumps({**bad, "id": "X-2", "withdrawn": "2026-01-01T00:00:00Z"}))
        archive.writestr("P.json", json.dumps(ADVISORY))
    run = sohoa("doctor", "--vulnerabilities", file, "--json", status=4)
    (finding,) = lines(run)
    assert finding["found"] == "X-1"
    assert finding["mend"] == "pip install pydantic>=999"
    (tmp_path / "none.json").write_text(json.dumps([ADVISORY]))
    assert "✓ packages" in sohoa("doctor", "--vulnerabilities", tmp_path / "none.json").stdout
    for content in ("nothing", "[1]", '{"no": 1}'):
        (tmp_path / "bad").write_text(content)
        with pytest.raises(SettingWrong):
            list(vulnerable(tmp_path / "bad", own))
