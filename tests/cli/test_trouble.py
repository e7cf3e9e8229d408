"""What a person is told, and that nothing is lost, when something is away, full or interrupted."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from commandline import SOHOA, lines, sohoa


def test_store_away(dossier_file: Path) -> None:
    away = {
        "SOHOA_STORE__ENDPOINT": "127.0.0.1:1",
        "SOHOA_STORE__ACCESS_KEY": "a",
        "SOHOA_STORE__SECRET_KEY": "b",
        "SOHOA_STORE__SECURE": "false",
    }
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


def test_a_share_that_goes_away_is_waited_for(tmp_path: Path, dossier_file: Path) -> None:
    """Unmounted under the watcher and mounted again: what comes then is taken in, and told meanwhile."""
    share, again = tmp_path / "share", tmp_path / "again.pdf"
    share.mkdir()
    again.write_bytes(dossier_file.read_bytes() + b"%again")
    moved = f"{share}/done/*/*.pdf"
    wait = "for _ in $(seq 300); do {} && break; sleep 0.2; done"
    script = f"""
        mount -t tmpfs t {share} && cp {dossier_file} {share}/a.pdf
        {" ".join(SOHOA)} watch {share} 2> {tmp_path}/err & watcher=$!
        {wait.format(f"ls {moved}")}
        umount -l {share} && rmdir {share}
        {wait.format(f"grep -q 'không mở được' {tmp_path}/err")}
        mkdir {share} && mount -t tmpfs t {share} && cp {again} {share}/b.pdf
        {wait.format(f"ls {moved}")}
        kill $watcher; wait $watcher; ls {moved}
    """
    own = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-rm"]
    run = subprocess.run([*own, "sh", "-c", script], capture_output=True, text=True, timeout=300, check=False)
    assert run.returncode == 0, run.stderr
    assert run.stdout.endswith("b.pdf\n")
    assert "Traceback" not in (tmp_path / "err").read_text()


def test_doctor_names_what_is_missing_and_the_command() -> None:
    assert all(finding["fine"] for finding in lines(sohoa("doctor", "--json")))
    run = sohoa("doctor", "--quick", status=4, PATH="/nowhere")
    assert "sudo apt-get install tesseract-ocr" in run.stdout


def test_unknown_paths_and_names(tmp_path: Path) -> None:
    sohoa("digitise", tmp_path / "nothing", status=2)
    sohoa("show", "nothing", status=6)


def test_ctrl_c_ends_quickly_and_says_how_to_go_on(dossier_file: Path, tmp_path: Path) -> None:
    # A shell's background job ignores it, and would hand that on to the process.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(
        [*SOHOA, "digitise", str(dossier_file)], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    )
    deadline = time.monotonic() + 180
    while not (tmp_path / "data" / "run" / "store.json").exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=180)
    # CPython ends by the signal itself when it came while a string was being compiled, as dataclasses do;
    # a shell shows both as 130.
    assert process.returncode in (130, -signal.SIGINT)
    assert "sohoa resume" in said
    assert "Traceback" not in said
    sohoa("resume")
    sohoa("balance")


def test_the_balance_is_red_when_the_count_from_outside_differs(dossier_file: Path, tmp_path: Path) -> None:
    folder = tmp_path / "tủ"
    folder.mkdir()
    (folder / dossier_file.name).write_bytes(dossier_file.read_bytes())
    told = sohoa("digitise", folder, "--pages", "99", "--dossiers", "1", status=1).stdout
    assert "KHÔNG khớp" in told
    assert "99 trang" in told
    assert "hồ sơ, lô có" not in told, "of dossiers there are as many as counted"
    (balance,) = lines(sohoa("balance", "--json", status=1))
    assert not balance["adds_up"]
    assert [one["code"] for one in balance["outside"]["differences"]] == ["hand_count"]
    sohoa("balance", "--folder", folder, status=1)
    (folder / "quên.pdf").write_bytes(b"%PDF-1.4 nothing")
    assert "quên.pdf" in sohoa("balance", "--folder", folder, status=1).stdout
