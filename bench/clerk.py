"""A clerk at a browser, on the keyboard: what they press for each paper is counted."""

import re
import statistics
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page

from rules.review.answers import same_value
from rules.review.typed_values import shown
from samples.truth import DossierTruth
from schemas.catalogue import document_types
from schemas.paper import Paper

_PASSWORD = "một câu dễ nhớ lắm"
_COUNT_POINTER = """
addEventListener("pointermove", () => {
  sessionStorage.setItem("moves", 1 + Number(sessionStorage.getItem("moves") || 0));
}, true)
"""
_IN_FOCUS = "document.activeElement.closest('.field.open')?.id.slice(2) || ''"


@dataclass
class Tally:
    """Keystrokes and seconds a paper cost, by how many fields were doubtful."""

    keystrokes: list[tuple[int, int]] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    pointer_moves: int = 0

    def median_for(self, doubts: int) -> float | None:
        """Median keystrokes of papers with so many doubtful fields."""
        found = [keys for keys, seen in self.keystrokes if seen == doubts]
        return statistics.median(found) if found else None


class Clerk:
    """One person at one browser, on the keyboard."""

    def __init__(self, browser: Browser, where: str, data: Path, login: str) -> None:
        self.where, self.login, self._data = where, login, data
        self.context: BrowserContext = browser.new_context(
            viewport={"width": 1366, "height": 768}, locale="vi-VN", base_url=where
        )
        self.context.add_init_script(_COUNT_POINTER)
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on(
            "response", lambda r: self.complaints.append(f"{r.status} {r.url}") if r.status >= 500 else None
        )
        self.pressed = 0

    def press(self, key: str) -> None:
        """One keystroke."""
        self.pressed += 1
        self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        """One keystroke a letter (Vietnamese input methods need a few more)."""
        self.pressed += len(text)
        self.page.keyboard.type(text)

    def sign_in(self) -> None:
        """Sign in and change the made-up password."""
        first = (self._data / f"{self.login}.password").read_text()
        self.page.goto("/sign-in")
        self.page.locator("#login").fill(self.login)
        self.page.locator("#password").fill(first)
        self.press("Enter")
        self.page.wait_for_url("**/password")
        self.page.locator("#old").fill(first)
        self.page.locator("#new").fill(_PASSWORD)
        self.press("Enter")
        self.page.wait_for_url(lambda url: "password" not in url)
        self.page.wait_for_load_state()

    def sign_in_again(self) -> None:
        """Sign in on the page that the browser shows."""
        self.page.locator("#login").fill(self.login)
        self.page.locator("#password").fill(_PASSWORD)
        self.press("Enter")

    def begin_batch(self, name: str, pages: int) -> None:
        """A new batch, by keys."""
        self.page.goto("/batches")
        self.press("n")
        self.page.wait_for_url("**/batches/new")
        self.page.locator("#name").press("Control+a")
        self.page.keyboard.type(name)
        self.page.locator("#pages_expected").fill(str(pages))
        self.press("Enter")
        self.page.wait_for_url(re.compile(r"/batches/[0-9a-f-]{36}$"))

    def drop(self, folder: Path) -> None:
        """Drop a folder from the desktop onto the page."""
        self.page.wait_for_load_state("load")  # what is dropped before the scripts run is lost
        zone = self.page.locator("#drop").bounding_box()
        assert zone
        devtools = self.context.new_cdp_session(self.page)
        spot = {"x": zone["x"] + 60, "y": zone["y"] + 30}
        data = {"items": [], "files": [str(folder)], "dragOperationsMask": 1}
        for kind in ("dragEnter", "dragOver", "drop"):
            devtools.send("Input.dispatchDragEvent", {"type": kind, "data": data, **spot})

    def wait_until_read(self, pages: int, seconds: float = 600) -> None:
        """Watch the batch being read."""
        self.page.locator(f"#progress:has-text('Đã đọc hết {pages} trang')").wait_for(timeout=1000 * seconds)

    def settle_all(self, truths: dict[str, DossierTruth], tally: Tally) -> None:
        """Settle everything in the queue as the truth has it, with the keyboard alone."""
        self.page.goto("/review")
        if self.page.locator(".head button.main:disabled").count():
            return
        with self.page.expect_navigation():  # back to the queue where others hold all that waits
            self.press("Enter")
        while self._at_a_paper():
            before, begun, seen = self.pressed, time.monotonic(), self.page.url
            if self.page.locator("#purpose").count():
                self.press("Enter")
                self.page.locator(".review").wait_for()
                before = self.pressed
            doubts = self.page.locator(".field.open").count()
            self._settle(truths)
            tally.keystrokes.append((self.pressed - before, doubts))
            tally.seconds.append(time.monotonic() - begun)
            assert self.page.url != seen
        tally.pointer_moves += int(self.page.evaluate("Number(sessionStorage.getItem('moves') || 0)"))

    def _at_a_paper(self) -> bool:
        self.page.locator(
            "body:has(.review), body:has(#purpose), body:has(h1:has-text('Kiểm tra'))"
        ).wait_for()
        return "/papers/" in self.page.url

    def _settle(self, truths: dict[str, DossierTruth]) -> None:
        here = self.page.url
        paper = Paper.model_validate(self.context.request.get(here.replace("/review", "/json")).json())
        truth = truths.get(paper.pages[0].scan)
        pages = tuple(page.page_number for page in paper.pages)
        drawn = next((p for p in truth.papers if p.pages == pages), None) if truth else None
        if self.page.locator(".field.open").count() == 0:
            self.press("Enter")
        else:
            self._answer_all(paper, drawn.fields if drawn else {})
        self.page.wait_for_url(lambda url: url != here, timeout=20_000)
        self.page.wait_for_load_state()

    def _answer_all(self, paper: Paper, truth: Mapping[str, object]) -> None:
        """Field after field, wherever the page puts the cursor, until the server sends the next paper."""
        for _ in range(60):
            name = str(self.page.evaluate(_IN_FOCUS))
            if not name:
                self.page.wait_for_timeout(30)
            elif self._answer(paper, name, truth.get(name)):
                return
        raise TimeoutError(self.page.url)

    def _answer(self, paper: Paper, name: str, true_value: object) -> bool:
        """Answer the field in focus; whether that was the paper's last."""
        kind = document_types()[paper.document_type].fields[name].kind
        stands = self.page.evaluate("document.activeElement.value")
        field = paper.fields.get(name)
        right = field is not None and same_value(kind, field.value, true_value)  # type: ignore[arg-type]
        wanted = shown(kind, true_value)  # type: ignore[arg-type]
        chips = self.page.locator(".field.open:focus-within .chip").evaluate_all(
            "all => all.map(c => c.dataset.fill)"
        )
        insists = self.page.locator(".field.open:focus-within input[name=insisted]").count()
        if true_value is not None and not (right or insists or stands == wanted):
            if wanted in chips:
                self.press(f"Alt+{chips.index(wanted) + 1}")
            else:
                self._amend(str(stands), wanted)
        with self.page.expect_response(lambda response: response.url.endswith("/answers")) as answered:
            self.press("Alt+k" if true_value is None else "Enter")
        if "hx-redirect" in answered.value.headers:
            return True
        taken = self.page.locator(f"#f-{name}.settled, #f-{name} input[name=insisted]")
        taken.first.wait_for(state="attached")
        return False

    def _amend(self, stands: str, wanted: str) -> None:
        """Change what differs, as people do: from the end, or the whole when that is less work."""
        head = _alike(stands, wanted)
        tail = _alike(stands[head:][::-1], wanted[head:][::-1])
        old, new = stands[head : len(stands) - tail], wanted[head : len(wanted) - tail]
        if 1 + tail + len(old) + len(new) < 1 + len(wanted):
            self.press("End")
            for key in ["ArrowLeft"] * tail + ["Backspace"] * len(old):
                self.press(key)
            self.type(new)
        else:
            self.press("Control+a")
            self.type(wanted)


def _alike(one: str, other: str) -> int:
    """How many letters both begin with."""
    differ = (n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b)
    return next(differ, min(len(one), len(other)))
