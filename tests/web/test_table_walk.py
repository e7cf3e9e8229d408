"""Dossiers laid anew in a real browser, by key alone, through to what the worker makes of it."""

import time
from collections.abc import Callable
from pathlib import Path

from read_batch import batch_read


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.3)


def test_dossiers_are_laid_anew_by_key(tmp_path: Path) -> None:
    """Split here, step back, lay beside, move a paper, save; and all of it taken back."""
    with batch_read(tmp_path, range(810, 812)) as (lan, archive, batch):
        page = lan.page

        def now() -> dict[str, int]:
            return {d.name: len(d.papers) for d in archive.ledger.dossiers(batch.id)}

        one, two = archive.ledger.dossiers(batch.id)
        before = now()
        assert before[one.name] > 1, "there is something to split"
        page.goto(f"/dossiers/{one.id}/arrange")
        if page.locator("#purpose").count():
            page.keyboard.press("Enter")
            page.locator("#table").wait_for()
        page.locator(".whole .laid:nth-of-type(2) .leaf").first.focus()
        page.keyboard.press("d")
        assert page.locator(".whole").count() == 2
        page.keyboard.type("Hồ sơ quên tờ phân cách")
        page.keyboard.press("Enter")
        page.keyboard.press("Backspace")
        assert page.locator(".whole").count() == 1
        page.locator(".whole .laid:nth-of-type(2) .leaf").first.focus()
        page.keyboard.press("d")
        page.keyboard.type("Hồ sơ quên tờ phân cách")
        page.keyboard.press("Enter")
        page.locator("#beside-name").fill(two.name)
        page.locator("#beside-name").press("Enter")
        page.locator(f".whole[data-id='{two.id}']").wait_for()
        page.locator(".whole").nth(1).locator(".leaf").first.focus()
        page.keyboard.press(".")
        assert page.locator(".whole").count() == (3 if before[one.name] > 2 else 2)
        page.keyboard.press("Backspace")
        assert page.locator(".whole").count() == 3
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/batches/{batch.id}")
        _until(lambda: len(now()) == 3 and not archive.ledger.balance(batch).pages_waiting)
        assert now()["Hồ sơ quên tờ phân cách"] == before[one.name] - 1
        assert now()[two.name] == before[two.name]
        page.reload()
        page.keyboard.press("u")
        _until(lambda: now() == before)
        assert archive.ledger.balance(batch).adds_up
        assert lan.complaints == []
