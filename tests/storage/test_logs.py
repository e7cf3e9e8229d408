"""The log of a machine: what may stand in a line, where lines go, and that files do not grow for ever."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.errors import NotOnRecord
from schemas.logs import LogFormat, LogLevel, LogSettings, LogTarget
from storage import logs
from storage.logs import (
    log_event,
    output_of,
    program_output,
    read_log,
    rotate_outputs,
    start_logging,
    tail_log,
)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    start_logging(LogSettings(to=LogTarget.STDERR, level=LogLevel.ERROR), tmp_path)


def test_a_line_holds_ids_and_numbers_alone(folder: Path) -> None:
    start_logging(LogSettings(), folder)
    log_event("page.read", batch="6f1c0e2a-0b7d", page=3, seconds=0.25, outcome="Nguyễn Văn A.pdf", code=None)
    log_event("request", route="/people/{identity}", account="001190012345")
    log_event("page.seen", level=LogLevel.DEBUG)
    first, second = read_log(folder)
    assert first["event"] == "page.read"
    assert (first["batch"], first["page"], first["seconds"]) == ("6f1c0e2a-0b7d", 3, 0.25)
    assert first["outcome"] == logs.LEFT_OUT
    assert "code" not in first
    assert second["route"] == "/people/{identity}"
    assert second["account"] == logs.LEFT_OUT
    assert (folder / "logs" / "sohoa.jsonl").stat().st_mode & 0o077 == 0


@given(st.text(), st.from_regex(r"\d{9,12}", fullmatch=True))
def test_no_sentence_and_no_number_of_a_person_gets_through(text: str, number: str) -> None:
    assert logs._plain(f"{text} {number}") == logs.LEFT_OUT
    assert logs._plain(number) == logs.LEFT_OUT


def test_a_line_without_room_is_left_out_in_silence(folder: Path) -> None:
    (folder / "logs").mkdir(mode=0o700)
    (folder / "logs" / "sohoa.jsonl").symlink_to("/dev/full")
    code = (
        "import sys; from pathlib import Path; from schemas.logs import LogSettings\n"
        "from storage.logs import log_event, start_logging\n"
        "start_logging(LogSettings(), Path(sys.argv[1])); log_event('turn'); print('on')\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=True
    )
    assert (run.stdout, run.stderr) == ("on\n", "")


def test_lines_of_many_processes_are_whole_and_files_rotate(folder: Path) -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from schemas.logs import LogSettings\n"
        "from storage.logs import log_event, start_logging\n"
        f"start_logging(LogSettings(file_bytes=20_000, files=50), Path({str(folder)!r}))\n"
        "for n in range(300): log_event('turn', number=n, of=sys.argv[1])\n"
    )
    running = [subprocess.Popen([sys.executable, "-c", code, name]) for name in ("a", "b", "c")]
    assert [process.wait(60) for process in running] == [0, 0, 0]
    lines = [(line["of"], line["number"]) for line in read_log(folder)]
    assert sorted(lines) == [(name, n) for name in "abc" for n in range(300)]
    assert len(list((folder / "logs").glob("sohoa.jsonl.*"))) > 3


def test_the_oldest_file_goes_first(folder: Path) -> None:
    start_logging(LogSettings(file_bytes=2_000, files=3), folder)
    for n in range(200):
        log_event("turn", number=n)
    numbers = [line["number"] for line in read_log(folder)]
    assert numbers[-1] == 199
    assert numbers == list(range(numbers[0], 200))
    assert numbers[0] > 100


def test_lines_go_to_standard_error_as_text(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    start_logging(LogSettings(to=LogTarget.STDERR, format=LogFormat.TEXT), folder)
    log_event("stack.filed", papers=2)
    assert "info    stack.filed papers=2" in capsys.readouterr().err
    assert not (folder / "logs").exists()


def test_a_follower_reads_on_after_a_rotation(folder: Path) -> None:
    start_logging(LogSettings(file_bytes=500, files=2), folder)
    log_event("before")
    written = iter(range(20))
    lines = tail_log(folder, lambda: log_event("turn", number=next(written)))
    numbers = [json.loads(next(lines))["number"] for _ in range(10)]
    assert numbers == list(range(10))


def test_what_programs_write_is_rotated_while_they_hold_it_open(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "_OUTPUT_BYTES", 100)
    with program_output(folder, "worker") as file:
        program = subprocess.Popen([sys.executable, "-c", "print('x' * 200)"], stdout=file)
        assert program.wait(30) == 0
        rotate_outputs(folder)
        file.write(b"after\n")
    assert output_of(folder, "worker") == ["x" * 200 + "\n", "after\n"]
    assert (folder / "logs" / "worker.log").read_bytes() == b"after\n"
    with pytest.raises(NotOnRecord):
        output_of(folder, "../../etc/passwd")
