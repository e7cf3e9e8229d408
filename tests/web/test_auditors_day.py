"""An auditor's day in Chromium, on everything real: figures that open, the trail, an inspection, a report."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from barriers import no_barrier
from commandline import lines, sohoa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from bench.auditor import ALLOWED, Auditor, fill
from bench.clerk import Clerk
from bench.office import chromium, office


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Clerk]]:
    """An office with a register and a digitised dossier; its data, and an auditor who is signed in."""
    folder = tmp_path_factory.mktemp("day")
    data = folder / "data"
    data.mkdir(mode=0o700)
    with office(data, **ALLOWED) as where, chromium() as browser:
        fill(data, folder, 800)
        person = Clerk(browser, where, data, "thanh")
        person.sign_in()
        yield data, person


def test_from_a_rate_to_the_proof(day: tuple[Path, Clerk], tmp_path: Path) -> None:
    data, person = day
    at = {"SOHOA_DATA": str(data), "SOHOA_LANGUAGE": "vi"}
    auditor = Auditor(person)
    told, listed = auditor.look_behind()
    assert told == listed > 0
    no_barrier(person)
    code = auditor.open_first()
    assert code.startswith("H19")
    no_barrier(person)
    digest = auditor.report()
    made = lines(sohoa("report", "list", "--json", **at))
    assert made[0]["content_sha256"] == digest
    with person.page.expect_download() as taken:
        person.page.locator("a.button:has-text('XLSX')").first.click()
    file = tmp_path / taken.value.suggested_filename
    taken.value.save_as(file)
    assert digest in sohoa("report", "verify", str(file), **at).stdout
    inspection = auditor.inspect("xổ số 20/11/2026", 2)
    no_barrier(person)
    assert person.page.locator(".sheets img").first.evaluate("i => i.complete && i.naturalWidth > 100")
    assert auditor.judge_all().startswith("1 / ")
    no_barrier(person)
    for address in (
        "/figures?by=former&show=2.1&period=2025",
        "/register/late",
        "/register/unmet",
        "/reports",
        "/trail",
        "/work",
        "/inspections",
    ):
        person.page.goto(address)
        no_barrier(person)
    assert person.complaints == []
    assert inspection.rsplit("/", 1)[-1] in {
        event["target"] for event in lines(sohoa("audit", "list", "--action", "inspection", "--json", **at))
    }


def test_the_trail_proves_itself_offline(day: tuple[Path, Clerk], tmp_path: Path) -> None:
    data, _ = day
    at = {"SOHOA_DATA": str(data), "SOHOA_LANGUAGE": "vi"}
    key = sohoa("audit", "key", **at).stdout.strip()
    assert "0 chỗ sai" in sohoa("audit", "verify", "--key", key, **at).stdout
    sohoa("audit", "export", str(tmp_path / "out"), **at)
    program = str(tmp_path / "out" / "verify_trail.py")
    run = subprocess.run(
        [sys.executable, "-I", program, str(tmp_path / "out"), key],
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.startswith("flaws: 0\nlast seal: {")
    events = tmp_path / "out" / "events.jsonl"
    events.write_bytes(events.read_bytes().replace(b'"thanh"', b'"hoa"', 1))
    run = subprocess.run(
        [sys.executable, "-I", program, str(tmp_path / "out"), key],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1
    assert "altered" in run.stdout


def test_rows_that_are_wrong_come_back_in_a_file(day: tuple[Path, Clerk], tmp_path: Path) -> None:
    data, _ = day
    at = {"SOHOA_DATA": str(data), "SOHOA_LANGUAGE": "vi"}
    file = tmp_path / "sổ.csv"
    file.write_text(
        "Mã hồ sơ,Mã TTHC,Đơn vị xử lý,Ngày nộp\nH19-260101-0001,1.001193,H19,\nx,1.001193,H19,\n", "utf-8"
    )
    mapping = tmp_path / "ánh xạ.yaml"
    wrong = sohoa("register", "import", str(file), "--save-mapping", str(mapping), status=3, **at)
    assert "2 dòng: 1 mới, 0 thay đổi, 0 như cũ, 1 sai" in wrong.stdout
    back = (tmp_path / "sổ.csv.loi.csv").read_text("utf-8-sig").splitlines()
    assert back[0].endswith(",loi")
    assert back[1].endswith("mã hồ sơ: x")
    assert "code: Mã hồ sơ" in mapping.read_text("utf-8")
    (tmp_path / "sai.yaml").write_text("mã: Mã hồ sơ")
    assert (
        "ánh xạ"
        in sohoa(
            "register", "import", str(file), "--mapping", str(tmp_path / "sai.yaml"), status=8, **at
        ).stderr
    )
    again = sohoa("register", "import", str(file), "--mapping", str(mapping), status=3, **at)
    assert "1 như cũ" in again.stdout
    assert "N/A" in sohoa("report", "make", "2019", "--unit", "H19", "--out", str(tmp_path), **at).stdout
    sohoa("report", "make", "2019-Q9", "--unit", "H19", "--out", str(tmp_path), status=6, **at)


def test_doctor_tells_that_the_key_is_not_the_trails(day: tuple[Path, Clerk], tmp_path: Path) -> None:
    data, _ = day
    at = {"SOHOA_DATA": str(data), "SOHOA_LANGUAGE": "vi"}
    assert "✓ seal key" in sohoa("doctor", **at).stdout
    other = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "other.pem").write_bytes(other)
    told = sohoa("doctor", status=4, SOHOA_SEAL__KEY_FILE=str(tmp_path / "other.pem"), **at).stdout
    assert "✗ seal key" in told
    assert "SOHOA_SEAL__KEY_FILE" in told
