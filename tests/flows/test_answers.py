"""A worker that a file took over answers what it likes: it costs its job, and nothing acts in the parent."""

import pickle
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from pydantic import TypeAdapter, ValidationError

from flows.workers.answers import answer_type
from flows.workers.jobs import fields_of, page_of, read_file_page, scan_of
from flows.workers.pool import Job, WorkerPool, worker_pool
from schemas.errors import TookTooLong, WorkerDied
from schemas.file_errors import DamagedFile
from schemas.page import PageText
from schemas.paper import Extract, FieldValue, Source
from schemas.settings import Limits, Sandbox, Settings

_TAKEN_OVER = """
import gc, json, os, socket, sys, time
channel = next(o for o in gc.get_objects() if isinstance(o, socket.socket))
frame = sys._getframe()
while "job" not in frame.f_locals:
    frame = frame.f_back
job = frame.f_locals["job"]
def say(content, channel=channel):
    channel.settimeout(None)
    channel.sendall(len(content).to_bytes(8, "big") + content)
"""


@pytest.fixture
def pool(tmp_path: Path) -> Iterator[WorkerPool]:
    limits = Limits(page_timeout_seconds=3, answer_bytes=10_000_000)
    with worker_pool(
        Settings(data=tmp_path / "data", processes=1, limits=limits, sandbox=Sandbox.REQUIRED)
    ) as made:
        yield made


def _taken_over(pool: WorkerPool, then: str, kind: object = PageText) -> Job:
    return pool.submit_as(kind, "tờ 1", exec, _TAKEN_OVER + then)


class _Acts:
    def __init__(self, file: Path) -> None:
        self.file = file

    def __reduce__(self) -> tuple[object, tuple[Path]]:
        return Path.touch, (self.file,)


def test_code_in_an_answer_is_not_run(pool: WorkerPool, tmp_path: Path) -> None:
    file = tmp_path / "acted"
    content = pickle.dumps(_Acts(file))
    with pytest.raises(WorkerDied, match="malformed answer"):
        _taken_over(pool, f"say({content!r})").result()
    assert not file.exists()
    pickle.loads(content)
    assert file.exists(), "it would have acted, had anybody unpickled it"


def test_a_gigabyte_is_not_taken_in(pool: WorkerPool) -> None:
    before = psutil.Process().memory_info().rss
    with pytest.raises(WorkerDied, match="1073741824"):
        _taken_over(
            pool, "channel.sendall((2**30).to_bytes(8, 'big'))\nwhile True: channel.sendall(bytes(2**20))"
        ).result()
    assert psutil.Process().memory_info().rss - before < 50_000_000


@pytest.mark.parametrize(
    "content",
    [
        '{"job": job, "value": {"page_number": 1}}',
        '{"job": job, "value": "text"}',
        '{"job": job, "value": None, "more": 1}',
        "[]",
    ],
)
def test_a_value_of_another_type_is_no_answer(pool: WorkerPool, content: str) -> None:
    with pytest.raises(WorkerDied, match="malformed answer"):
        _taken_over(pool, f"say(json.dumps({content}).encode())").result()


def test_an_error_names_nothing_but_our_own_subject(pool: WorkerPool) -> None:
    said = '{"name": "DamagedFile", "subject": "../../etc/passwd", "detail": "a\\x1b[31mb"}'
    with pytest.raises(DamagedFile) as caught:
        _taken_over(pool, f"say(json.dumps({{'job': job, 'error': {said}}}).encode())").result()
    assert caught.value.subject == "tờ 1"
    assert caught.value.detail == "a [31mb"
    for name in ("SystemExit", "KeyboardInterrupt", "eval", "__import__", "NotAllowed"):
        error = f"{{'job': job, 'error': {{'name': {name!r}}}}}"
        time.sleep(0.3)  # its true answer comes second, and must not be taken for the next job's
        with pytest.raises(WorkerDied, match=name):
            _taken_over(pool, f"say(json.dumps({error}).encode())").result()


def test_it_answers_for_no_other_job(pool: WorkerPool) -> None:
    with pytest.raises(WorkerDied, match="another job"):
        _taken_over(pool, "say(json.dumps({'job': 'f' * 32, 'value': 7}).encode())", int).result()
    twice = "say(json.dumps({'job': job, 'value': 7}).encode())\n" * 2
    assert _taken_over(pool, twice, int).result() == 7
    time.sleep(0.3)
    assert pool.submit_as(int, "tờ 2", abs, -3).result() == 3, "what lay ready for the next is thrown away"


def test_an_answer_that_drips_takes_no_longer(pool: WorkerPool) -> None:
    begun = time.monotonic()
    with pytest.raises(TookTooLong):
        _taken_over(
            pool,
            "channel.sendall((1000).to_bytes(8, 'big'))\nwhile True: channel.sendall(b' '); time.sleep(0.2)",
        ).result()
    assert time.monotonic() - begun < 6


def _answered(value: object) -> Job:
    job = Job("tờ 1", None, b"")
    job.future.set_result(value)
    return job


def test_a_step_that_no_page_has_is_no_answer() -> None:
    """It would be printed: a worker that was taken over must not write on a terminal."""
    page = PageText(page_number=1, width_px=10, height_px=10, dpi=300, effective_dpi=300)
    promised = TypeAdapter(answer_type(read_file_page))
    assert promised.validate_python((page, b"", 0.1, {"opening": 0.1}))
    with pytest.raises(ValidationError):
        promised.validate_python((page, b"", 0.1, {"\x1b]0;x\x07": 0.1}))


def test_what_we_know_is_not_taken_from_an_answer() -> None:
    limits = Limits(max_pages=5)
    with pytest.raises(WorkerDied):
        scan_of(_answered(("application/pdf", 6, None, ())), "0" * 64, 10, limits, "tờ 1")
    page = PageText(page_number=2, width_px=10, height_px=10, dpi=300, effective_dpi=300)
    with pytest.raises(WorkerDied):
        page_of(_answered((page, b"", 0.1, {})), 1, "tờ 1")
    paper = Extract(document_type="receipt_slip", confidence=1, pages=(1,), fields={})
    field = FieldValue(value="x", raw="x", confidence=1, page_number=9, box=(0, 0, 1, 1), source=Source.OCR)
    for fields in ({"no_such_field": field}, {"applicant_name": field}):
        with pytest.raises(WorkerDied):
            fields_of(_answered(fields), paper, "tờ 1")
