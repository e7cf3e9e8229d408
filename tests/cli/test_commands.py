"""The commands as a person runs them: separate processes, real exit statuses, both languages."""

import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from random import Random
from typing import Any

import pytest
from PIL import Image

from samples.canvas import Canvas
from samples.construction_permit import draw_construction_permit
from samples.damage import Level
from samples.dossiers import read_truth, write_dossier
from storage.objects import ObjectStore
from storage.seaweedfs import embedded

SOHOA = [sys.executable, "-m", "cli.main"]
CONTRACT_KEYS = ["file", "sha256", "pages", "documents", "problems"]
PAGE_KEYS = [
    "page_number", "width_px", "height_px", "effective_dpi", "rotation_degrees", "skew_degrees", "blank",
    "quality", "confidence", "text", "words",
]  # fmt: skip
FIELD_KEYS = ["value", "raw", "confidence", "page_number", "box", "source", "needs_review", "problems"]


def sohoa(*arguments: str | Path, status: int = 0, **environment: str) -> subprocess.CompletedProcess[str]:
    run = subprocess.run(
        [*SOHOA, *map(str, arguments)], env={**os.environ, **environment}, capture_output=True, text=True,
        timeout=240, check=False,
    )  # fmt: skip
    assert run.returncode == status, run.stdout + run.stderr
    return run


def lines(run: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run.stdout.splitlines()]


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
        store = ObjectStore(address.endpoint, address.access_key, address.secret_key, "sohoa", secure=False)
        key = next(iter(store.keys("views/")))
        metadata = {"sha256": store.digest(key)}
        store._client.remove_object(store.bucket, key)
        store._client.put_object(store.bucket, key, io.BytesIO(b"other"), 5, metadata=metadata)


def test_read_keeps_the_contract(dossier_file: Path, tmp_path: Path) -> None:
    bad = tmp_path / "rỗng.pdf"
    bad.touch()
    run = sohoa("read", dossier_file, bad, "--json", status=3)
    good, refused = lines(run)
    assert list(good) == CONTRACT_KEYS
    assert list(good["pages"][0]) == PAGE_KEYS
    assert good["problems"] == []
    types = [document["document_type"] for document in good["documents"]]
    assert types == [paper.document_type for paper in read_truth(dossier_file).papers]
    covered = sorted(page for document in good["documents"] for page in document["pages"])
    blanks = [page["page_number"] for page in good["pages"] if page["blank"]]
    assert sorted(covered + blanks) == list(range(1, len(good["pages"]) + 1))
    for document in good["documents"]:
        for field in document["fields"].values():
            assert list(field) == FIELD_KEYS
            page = good["pages"][field["page_number"] - 1]
            assert 0 <= field["box"][0] < field["box"][2] <= page["width_px"]
            assert 0 <= field["confidence"] <= 1
            assert field["source"] in ("ocr", "qr", "mrz", "barcode", "derived", "person")
    assert refused["problems"][0]["code"] == "empty_file"
    assert refused["pages"] == []


def test_read_needs_no_store(dossier_file: Path, tmp_path: Path) -> None:
    sohoa("read", dossier_file, "--json", SOHOA_STORE__ENDPOINT="127.0.0.1:1")
    assert not (tmp_path / "data").exists()


def test_read_tells_what_to_do_about_a_bad_scan(tmp_path: Path) -> None:
    canvas = Canvas()
    for row in range(20):
        canvas.write(25, 30 + 9 * row, "Căn cứ Luật Tổ chức chính quyền địa phương", ink=(205, 205, 205))
    file = tmp_path / "nhạt.png"
    canvas.finish().image.save(file, dpi=(300, 300))
    assert "Chữ nhạt" in sohoa("read", file, SOHOA_LANGUAGE="vi").stdout
    assert "Faint" in sohoa("read", file, SOHOA_LANGUAGE="en").stdout


def test_one_engine_by_setting_and_a_wrong_name_is_told(dossier_file: Path) -> None:
    (reading,) = lines(sohoa("read", dossier_file, "--json", SOHOA_ENGINES='["tesseract"]'))
    assert [document["document_type"] for document in reading["documents"]]
    run = sohoa("read", dossier_file, status=4, SOHOA_ENGINES='["magic"]')
    assert "engines" in run.stderr


def test_hot_folder(tmp_path: Path, page_jpeg: bytes) -> None:
    folder = tmp_path / "nóng"
    (folder / "hồ sơ 1").mkdir(parents=True)
    (folder / "hồ sơ 1" / "1.jpg").write_bytes(page_jpeg)
    (folder / "rỗng.pdf").touch()
    os.mkfifo(folder / "ống")
    sohoa("watch", folder, "--once", status=3, SOHOA_SETTLE_SECONDS="0.5")
    left = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir())
    days = {part for path in left for part in Path(path).parts if re.fullmatch(r"\d{4}-\d\d-\d\d", part)}
    (day,) = days
    assert left == [
        f"done/{day}/hồ sơ 1/1.jpg",
        f"refused/{day}/rỗng.pdf",
        f"refused/{day}/rỗng.pdf.reason.txt",
        f"refused/{day}/ống",
        f"refused/{day}/ống.reason.txt",
    ]
    assert "tệp rỗng" in (folder / f"refused/{day}/rỗng.pdf.reason.txt").read_text()


def test_hot_folder_waits_for_a_file_that_still_grows(tmp_path: Path, page_jpeg: bytes) -> None:
    folder = tmp_path / "nóng"
    folder.mkdir()
    growing = folder / "quét.jpg"
    growing.write_bytes(page_jpeg[:1000])
    process = subprocess.Popen(
        [*SOHOA, "watch", str(folder), "--once"], env={**os.environ, "SOHOA_SETTLE_SECONDS": "4"},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    for end in range(1000, len(page_jpeg), len(page_jpeg) // 8):
        time.sleep(1)
        assert growing.exists(), "a growing file is not taken"
        growing.write_bytes(page_jpeg[:end])
    growing.write_bytes(page_jpeg)
    assert process.wait(120) == 0
    (taken,) = (folder / "done").rglob("*.jpg")
    assert taken.read_bytes() == page_jpeg


def test_store_away(dossier_file: Path) -> None:
    away = {
        "SOHOA_STORE__ENDPOINT": "127.0.0.1:1", "SOHOA_STORE__ACCESS_KEY": "a",
        "SOHOA_STORE__SECRET_KEY": "b", "SOHOA_STORE__SECURE": "false",
    }  # fmt: skip
    run = sohoa("digitise", dossier_file, status=5, **away)
    assert "Kho đối tượng không trả lời" in run.stderr
    assert dossier_file.exists()


def test_database_away(dossier_file: Path) -> None:
    url = "postgresql+psycopg://nobody@127.0.0.1:1/none"
    run = sohoa("digitise", dossier_file, status=5, SOHOA_DATABASE_URL=url)
    assert "Cơ sở dữ liệu không trả lời" in run.stderr


def test_full_disk_loses_nothing(tmp_path: Path, dossier_file: Path) -> None:
    """On a small disk of its own: a clear sentence, status 4 or 5, sources in place."""
    scans = tmp_path / "scans"
    scans.mkdir()
    for number in range(12):
        (scans / f"{number}.pdf").write_bytes(
            dossier_file.read_bytes() + b"%" + bytes([48 + number]) * 4_000_000
        )
    disk = tmp_path / "disk"
    disk.mkdir()
    command = " ".join([sys.executable, "-m", "cli.main", "digitise", str(scans), "--json"])
    script = f"mount -t tmpfs -o size=40m t {disk} && exec env SOHOA_DATA={disk}/data {command}"
    own = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-rm"]
    run = subprocess.run([*own, "sh", "-c", script], capture_output=True, text=True, timeout=200, check=False)
    assert run.returncode in (4, 5), run.stderr
    assert "✗" in run.stderr
    assert "Traceback" not in run.stderr
    assert len(list(scans.iterdir())) == 12


def test_doctor_names_what_is_missing_and_the_command() -> None:
    assert all(finding["fine"] for finding in lines(sohoa("doctor", "--json")))
    run = sohoa("doctor", "--quick", status=4, PATH="/nowhere")
    assert "sudo apt-get install tesseract-ocr" in run.stdout


def test_separators(tmp_path: Path) -> None:
    sohoa("separators", tmp_path / "tờ.pdf", "H47.06-261005-0155=12", "H47.06-261005-0156")
    assert (tmp_path / "tờ.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(("lang", "word"), [("vi_VN.UTF-8", "Số hóa hồ sơ"), ("en_GB.UTF-8", "Digitises")])
def test_help_speaks_the_language_of_the_locale(lang: str, word: str) -> None:
    assert word in sohoa("--help", LANG=lang).stdout


def test_every_command_has_help_in_both_languages() -> None:
    from cli.main import _COMMANDS

    for name, _, vietnamese, english in _COMMANDS:
        assert vietnamese != english
        assert "--help" in sohoa(name, "--help").stdout


def test_unknown_paths_and_names(tmp_path: Path) -> None:
    sohoa("digitise", tmp_path / "nothing", status=2)
    sohoa("show", "nothing", status=6)


def test_up_starts_everything_and_stops_cleanly(tmp_path: Path, dossier_file: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    process = subprocess.Popen(
        [*SOHOA, "up", "--port", str(port)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        url_file = tmp_path / "data" / "run" / "prefect.url"
        deadline = time.monotonic() + 120
        while not url_file.exists() and time.monotonic() < deadline and process.poll() is None:
            time.sleep(0.3)
        assert url_file.exists()
        (balance,) = lines(sohoa("digitise", dossier_file, "--json"))
        assert balance["adds_up"]
        assert _flow_runs(port) == ["Completed"]
    finally:
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=60)
    assert process.returncode == 0, output
    assert "Đã dừng" in output
    assert not url_file.exists()
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def _flow_runs(port: int) -> list[str]:
    """States of the `digitise …` runs that Prefect shows."""
    import urllib.request

    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/flow_runs/filter",
        data=b"{}",
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        runs = json.load(answer)
    return [run["state_name"] for run in runs if run["name"].startswith("digitise ")]


def test_ctrl_c_ends_quickly_and_says_how_to_go_on(dossier_file: Path, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [*SOHOA, "digitise", str(dossier_file)], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    )
    deadline = time.monotonic() + 60
    while not (tmp_path / "data" / "run" / "store.json").exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "sohoa resume" in said
    assert "Traceback" not in said
    sohoa("resume")
    sohoa("balance")


def test_read_draws_what_it_understood(tmp_path: Path) -> None:
    folder = tmp_path / "scans"
    paper = draw_construction_permit(Random(2), "a", "numbered")
    write_dossier([paper], folder / "a.pdf", name="a", level=Level.CLEAN, seed=1)
    sohoa("read", folder / "a.pdf", "--debug", tmp_path / "pictures")
    (picture,) = (tmp_path / "pictures").iterdir()
    image = Image.open(picture).convert("RGB")
    colours = {colour for _, colour in image.getcolors(1 << 24) or ()}
    assert picture.name == "a-001.png"
    assert {(20, 128, 74), (36, 92, 190)} <= colours, "sure values and labels are marked"
