"""Pictures of every page of the desk, in both languages, light and dark."""

from pathlib import Path

from bench.walk import Clerk


def draw_pages(clerk: Clerk, folder: Path) -> None:
    """Save `desk-<page>-<language>-<theme>.png` below `folder`; the clerk stands on a batch with papers."""
    page, batch = clerk.page, clerk.page.url
    page.goto("/review")
    clerk.press("Enter")
    page.locator(".review, #purpose").first.wait_for()
    if page.locator("#purpose").count():
        clerk.press("Enter")
        page.locator(".review").wait_for()
    review = page.url
    record = review.removesuffix("/review")
    dossier = page.locator("a[href^='/dossiers/']").first.get_attribute("href") or ""
    wanted = {
        "batches": "/batches",
        "batch": batch,
        "balance": f"{batch}/balance",
        "queue": "/review",
        "review": review,
        "record": record,
        "arrange": dossier,
        "new-batch": "/batches/new",
        "password": "/password",
        "search": "/search?q=nguyen",
        "papers": f"{batch}/papers",
        "look-alikes": "/rounds?kind=person_name",
    }
    for language in ("vi", "en"):
        for theme in ("light", "dark"):
            for choice in (f"/language/{language}", f"/theme/{theme}"):
                token = page.evaluate("document.body.dataset.csrf")
                answer = clerk.context.request.post(choice, headers={"X-CSRF-Token": token})
                assert answer.status == 204, answer.status
            for name, address in wanted.items():
                page.goto(address)
                page.wait_for_load_state("load")
                page.wait_for_timeout(350)
                page.screenshot(path=folder / f"desk-{name}-{language}-{theme}.png")
    token = page.evaluate("document.body.dataset.csrf")
    clerk.context.request.post("/language/vi", headers={"X-CSRF-Token": token})
    clerk.context.request.post("/theme/auto", headers={"X-CSRF-Token": token})
