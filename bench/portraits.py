"""Pictures of every page of the desk, in both languages, light and dark."""

import io
import re
from collections.abc import Mapping
from pathlib import Path

from PIL import Image

from bench.clerk import Clerk

_COLOURS = 160


def draw_clerks_pages(clerk: Clerk, folder: Path) -> None:
    """Save `desk-<page>-<language>-<theme>.png` below `folder`; the clerk stands on a batch with papers."""
    page, batch = clerk.page, clerk.page.url
    _give_purpose(clerk)
    page.goto("/review")
    clerk.press("Enter")
    page.locator(".review").wait_for()
    review = page.url
    dossier = page.locator("a[href^='/dossiers/']").first.get_attribute("href") or ""
    pages = {
        "batches": "/batches",
        "batch": batch,
        "balance": f"{batch}/balance",
        "papers": f"{batch}/papers",
        "new-batch": "/batches/new",
        "queue": "/review",
        "review": review,
        "arrange": dossier,
        "look-alikes": "/rounds?kind=person_name",
        "record": review.removesuffix("/review"),
        "search": "/search?q=nguyen",
        "password": "/password",
    }
    draw(clerk, pages, folder)


def draw_others_pages(verifier: Clerk, admin: Clerk, official: Clerk, batch: str, folder: Path) -> None:
    """Pages that only these see, and the one nobody has to sign in for."""
    verifier.page.goto(batch)
    verifier.page.locator("form[hx-post$='/samples'] button").click()
    verifier.page.wait_for_url(re.compile("/samples/"))
    sample = verifier.page.url
    _give_purpose(verifier)
    draw(verifier, {"sample": sample}, folder)
    draw(admin, {"accounts": "/accounts"}, folder)
    official.context.clear_cookies()
    for language in ("vi", "en"):
        official.page.goto(f"/sign-in/language/{language}")
        _save(official, folder / f"desk-sign-in-{language}-light.png")


def draw(person: Clerk, pages: Mapping[str, str], folder: Path) -> None:
    """Each page in both languages and themes."""
    for language in ("vi", "en"):
        for theme in ("light", "dark"):
            _choose(person, f"/language/{language}", f"/theme/{theme}")
            for name, address in pages.items():
                person.page.goto(address)
                person.page.wait_for_load_state("load")
                person.page.wait_for_timeout(300)
                _save(person, folder / f"desk-{name}-{language}-{theme}.png")
    _choose(person, "/language/vi", "/theme/auto")


def _give_purpose(person: Clerk) -> None:
    """So that identity cards are shown."""
    form: dict[str, str | float | bool] = {
        "purpose": "Kiểm tra kết quả số hóa",
        "where": f"/papers/{'0' * 36}",
    }
    token = person.page.evaluate("document.body.dataset.csrf")
    answer = person.context.request.post(
        "/purpose", form=form, headers={"X-CSRF-Token": token}, max_redirects=0
    )
    assert answer.status in (204, 303), answer.status


def _choose(person: Clerk, *choices: str) -> None:
    token = person.page.evaluate("document.body.dataset.csrf")
    for choice in choices:
        assert person.context.request.post(choice, headers={"X-CSRF-Token": token}).status == 204


def _save(person: Clerk, file: Path) -> None:
    """The window as a small PNG."""
    picture = Image.open(io.BytesIO(person.page.screenshot())).convert("RGB")
    picture.quantize(_COLOURS, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
