"""`sohoa watch`: files that come while it looks, and one that still grows."""

import os
import re
import subprocess
import time
from pathlib import Path

from commandline import SOHOA, sohoa


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
        [*SOHOA, "watch", str(folder), "--once"],
        env={**os.environ, "SOHOA_SETTLE_SECONDS": "4"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    for end in range(1000, len(page_jpeg), len(page_jpeg) // 8):
        time.sleep(1)
        assert growing.exists(), "a growing file is not taken"
        growing.write_bytes(page_jpeg[:end])
    growing.write_bytes(page_jpeg)
    assert process.wait(120) == 0
    (taken,) = (folder / "done").rglob("*.jpg")
    assert taken.read_bytes() == page_jpeg
