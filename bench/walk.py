"""A clerk's morning at the desk, walked by a real browser: drop a stack, watch, settle, print the balance.

`python -m bench.walk` walks it with about forty pages, counts keystrokes and pointer moves a paper, and
draws the pages of `docs/pictures/` in both languages, light and dark.
"""

import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from rules.settling import same_value
from rules.typed import shown
from samples.damage import Level
from samples.dossiers import draw_mixed_dossier, read_truth, truth_file, write_dossier
from samples.truth import DossierTruth
from schemas.catalogue import document_types
from schemas.ids import sha256_of
from schemas.paper import Paper

PASSWORD = "một câu dễ nhớ lắm"
CHROMIUM = "/usr/bin/chromium"
_FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
_PEOPLE = {"lan": "clerk", "minh": "clerk", "hoa": "verifier", "sep": "admin", "mai": "official"}
_PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
_COUNT_POINTER = """
addEventListener("pointermove", () => {
  sessionStorage.setItem("moves", 1 + Number(sessionStorage.getItem("moves") || 0));
}, true)
"""


_IN_FOCUS = "[location.pathname, document.activeElement.closest('.field.open')?.id.slice(2) || '']"


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


@contextmanager
def office(data: Path) -> Iterator[str]:
    """`sohoa up` on a data folder, with people who can sign in; where the desk is."""
    ports = [_free_port() for _ in range(2)]
    environment = {**os.environ, "SOHOA_DATA": str(data), "SOHOA_LANGUAGE": "vi"}
    sohoa = [sys.executable, "-m", "cli.main"]
    for login, role in _PEOPLE.items():
        made = subprocess.run(
            [*sohoa, "account", "add", login, "--role", role, "--unit", "H10"],
            env=environment, capture_output=True, text=True, check=True,
        )  # fmt: skip
        (data / f"{login}.password").write_text(made.stdout.split(" / ")[1].strip())
    with (data / "up.log").open("w") as log:
        process = subprocess.Popen(
            [*sohoa, "up", "--port", str(ports[0]), "--web-port", str(ports[1])],
            env=environment,
            stdout=log,
            stderr=log,
        )
        try:
            where = f"http://127.0.0.1:{ports[1]}"
            _wait_for(data / "up.log", where)
            yield where
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


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
        self.page.locator("#new").fill(PASSWORD)
        self.press("Enter")
        self.page.wait_for_url(lambda url: "password" not in url)
        self.page.wait_for_load_state()

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
        self.press("Enter")
        self.page.wait_for_url("**/papers/**")
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
        for _ in range(60):
            self.page.wait_for_timeout(30)
            try:
                if self.page.url != here or self.page.locator(".field.open").count() == 0:
                    break
                path, name = self.page.evaluate(_IN_FOCUS)
            except PlaywrightError:  # the next paper is coming
                break
            if name and here.endswith(path):
                self._answer(paper, name, drawn.fields.get(name) if drawn else None)
        self.page.wait_for_url(lambda url: url != here, timeout=20_000)
        self.page.wait_for_load_state()

    def _answer(self, paper: Paper, name: str, true_value: object) -> None:
        kind = document_types()[paper.document_type].fields[name].kind
        stands = self.page.evaluate("document.activeElement.value")
        field = paper.fields.get(name)
        right = field is not None and same_value(kind, field.value, true_value)  # type: ignore[arg-type]
        wanted = shown(kind, true_value)  # type: ignore[arg-type]
        chips = self.page.locator(".field.open:focus-within .chip").evaluate_all(
            "all => all.map(c => c.dataset.fill)"
        )
        insists = self.page.locator(".field.open:focus-within input[name=insisted]").count()
        if true_value is None:
            self.press("Alt+k")
        else:
            if not (right or insists or stands == wanted):
                if wanted in chips:
                    self.press(f"Alt+{chips.index(wanted) + 1}")
                else:
                    self._amend(str(stands), wanted)
            self.press("Enter")
        self.page.wait_for_timeout(120)

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


def draw_stack(folder: Path, seeds: range, font_set: str = "a") -> tuple[dict[str, DossierTruth], int]:
    """Mixed dossiers as office scans; truth by the SHA-256 of each file, and how many pages."""
    truths, pages = {}, 0
    for number, seed in enumerate(seeds, 1):
        file = folder / f"ho-so-{number:02d}.pdf"
        write_dossier(draw_mixed_dossier(seed, font_set), file, name=file.stem, level=Level.OFFICE, seed=seed)
        truth = read_truth(file)
        truth_file(file).unlink()
        truths[sha256_of(file.read_bytes())] = truth
        pages += len(truth.pages)
    return truths, pages


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, headless."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(_FLAGS))
        try:
            yield browser
        finally:
            browser.close()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _wait_for(log: Path, text: str) -> None:
    deadline = time.monotonic() + 120
    while text not in log.read_text():
        if time.monotonic() > deadline:
            raise TimeoutError(log.read_text())
        time.sleep(0.2)


def main() -> None:
    """Walk the morning, print the figures, draw the pictures."""
    with (
        tempfile.TemporaryDirectory() as folder,
        office(_made(Path(folder) / "data")) as where,
        chromium() as browser,
    ):
        stack = _made(Path(folder) / "lo-12")
        truths, pages = draw_stack(stack, range(700, 708), "b")
        lan = Clerk(browser, where, Path(folder) / "data", "lan")
        lan.sign_in()
        lan.begin_batch("Lô 12", pages)
        lan.drop(stack)
        begun = time.monotonic()
        lan.wait_until_read(pages)
        print(f"{pages} pages read {time.monotonic() - begun:.0f} s after the drop")
        from bench.portraits import draw_clerks_pages, draw_others_pages

        batch = lan.page.url
        draw_clerks_pages(lan, _PICTURES)
        tally = Tally()
        lan.settle_all(truths, tally)
        minh = Clerk(browser, where, Path(folder) / "data", "minh")
        minh.sign_in()
        second = Tally()
        minh.settle_all(truths, second)
        for who, counted in (("first person", tally), ("second person", second)):
            keys = [keys for keys, _ in counted.keystrokes] or [0]
            print(
                f"{who}: {len(keys)} papers; keystrokes: median {statistics.median(keys)}, by doubtful "
                f"fields { ({n: counted.median_for(n) for n in range(5)}) }; pointer moves "
                f"{counted.pointer_moves}; seconds: median {statistics.median(counted.seconds or [0]):.1f}"
            )
        print("complaints:", lan.complaints + minh.complaints)
        others = [Clerk(browser, where, Path(folder) / "data", login) for login in ("hoa", "sep", "mai")]
        for person in others:
            person.sign_in()
        hoa, sep, mai = others
        draw_others_pages(hoa, sep, mai, batch, _PICTURES)


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


if __name__ == "__main__":
    main()
