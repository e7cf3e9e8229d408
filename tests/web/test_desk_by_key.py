"""A batch that was read, in a real browser, by key alone: dossiers laid anew, typing that is kept."""

import time
from collections.abc import Callable, Iterator

import pytest

from bench.clerk import Clerk
from bench.office import chromium, office
from bench.walk import draw_stack
from schemas.batch import Batch
from schemas.paper import State
from schemas.settings import Settings
from storage.archive.archive import Archive
from storage.opening import open_archive


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Clerk, Archive, Batch]]:
    """A clerk at the page of a batch of two drawn dossiers that is read."""
    folder = tmp_path_factory.mktemp("desk")
    data, stack = folder / "data", folder / "lô"
    data.mkdir(mode=0o700)
    stack.mkdir()
    _, pages = draw_stack(stack, range(810, 812))
    with office(data) as where, chromium() as browser, open_archive(Settings(data=data)) as archive:
        lan = Clerk(browser, where, data, "lan")
        lan.sign_in()
        lan.begin_batch("Lô sáng", pages)
        lan.drop(stack)
        lan.wait_until_read(pages)
        yield lan, archive, archive.ledger.batch("Lô sáng")


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.3)


def test_dossiers_are_laid_anew_by_key(desk: tuple[Clerk, Archive, Batch]) -> None:
    """Split here, step back, lay beside, move a paper, save; and all of it taken back."""
    lan, archive, batch = desk
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
    _until(lambda: page.locator(".whole").count() == 2)
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


def test_typing_outlives_the_session(desk: tuple[Clerk, Archive, Batch]) -> None:
    lan, archive, batch = desk
    _until(lambda: not archive.ledger.balance(batch).pages_waiting)
    papers = [p for d in archive.ledger.dossiers(batch.id) for p in archive.ledger.papers(d)]
    waiting = [
        p
        for p in papers
        if p.state is State.NEEDS_REVIEW and p.document_type not in ("identity_card", "unknown")
    ]
    paper = max(waiting, key=lambda each: sum(field.needs_review for field in each.fields.values()))
    page = lan.page
    page.goto(f"/papers/{paper.id}/review")
    lan.context.clear_cookies()
    page.keyboard.type("Gõ dở dang")
    page.wait_for_url("**/sign-in?back=*")
    lan.sign_in_again()
    page.wait_for_url(f"**/papers/{paper.id}/review")
    first = page.locator(".field.open input[name=text]").first
    assert first.input_value() == "Gõ dở dang"
    page.reload()
    assert first.input_value() == "Gõ dở dang"
    doubt = page.locator(".field.open").first.get_attribute("id")
    page.keyboard.press("Alt+i")
    page.locator(f"#{doubt}.settled").wait_for()
    page.reload()
    assert "Gõ dở dang" not in page.content()
