"""An auditor's day in a real browser: figures, the dossiers behind them, the trail, an inspection, a report.

`python -m bench.auditor` fills an office (a drawn register, one digitised dossier), walks it on the keyboard
and draws the auditor's pages of `docs/pictures/`.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path

from bench.clerk import Clerk
from bench.office import chromium, made, office
from bench.portraits import draw
from bench.register import write_csv
from samples.dossiers import draw_dossier, write_dossier
from samples.drawing.damage import Level
from samples.register import draw_register, draw_units

_PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
_DOSSIERS = 12_000
ALLOWED = {"SOHOA_ACCEPTED_FIELD_ERROR": "0.05", "SOHOA_ACCEPTED_PAPER_ERROR": "0.2"}
"""What this office allows: with a dossier of few papers, some pass unseen, for the inspection to look at."""
_INSPECTION = re.compile(r"/inspections/[0-9a-f-]{36}$")


def fill(data: Path, folder: Path, dossiers: int = _DOSSIERS) -> None:
    """What the office has before the auditor comes: its units, its register, a scanned dossier."""
    write_csv(folder / "units.csv", draw_units())
    since = datetime(2024, 11, 20)  # noqa: DTZ001  (local time, as exports have it)
    write_csv(folder / "register.csv", draw_register(dossiers, 5, since, 730))
    write_dossier(draw_dossier(3), folder / "ho-so.pdf", name="ho-so", level=Level.CLEAN, seed=3)
    for arguments in (
        ("register", "units", str(folder / "units.csv")),
        ("register", "import", str(folder / "register.csv")),
        ("digitise", str(folder / "ho-so.pdf"), "--unit", "H10"),
        ("audit", "seal"),
    ):
        subprocess.run(
            [sys.executable, "-m", "cli.main", *arguments],
            env={**os.environ, "SOHOA_DATA": str(data)},
            capture_output=True,
            check=True,
        )


class Auditor:
    """An auditor at a browser, on the keyboard."""

    def __init__(self, person: Clerk) -> None:
        self.person, self.page = person, person.page

    def look_behind(self) -> tuple[int, int]:
        """From the first page to what holds the second indicator back; the count told, and the list's."""
        self.page.goto("/")
        self.page.locator(".obstacles a").first.wait_for()
        self.person.press("2")
        self.page.wait_for_url("**show=4.2**")
        told = _number(self.page.locator(".obstacles strong").first.inner_text())
        self.person.press("t")
        self.page.wait_for_url("**/figures/lacking**")
        return told, _number(self.page.inner_text("h1").split("·")[-1])

    def open_first(self) -> str:
        """The first dossier of a list; its code."""
        self.person.press("1")
        self.page.wait_for_url("**/register/**")
        return self.page.inner_text("h1")

    def report(self) -> str:
        """Make the report of the page; its hash."""
        self.page.goto("/figures")
        self.person.press("a")
        self.page.wait_for_url("**/reports")
        return self.page.locator("code").first.inner_text()

    def inspect(self, seed: str, papers: int) -> str:
        """Draw a sample; where it is."""
        self.page.goto("/inspections")
        self.person.press("/")
        self.person.type(seed)
        self.page.fill("#size", str(papers))
        self.person.press("Enter")
        self.page.wait_for_url(_INSPECTION)
        return self.page.url

    def judge_all(self) -> str:
        """Say of the first field shown that it is wrong, of all others that they are right; the result."""
        self.page.locator("input[value='wrong']").first.check()
        while "/result" not in self.page.url:
            before = self.page.inner_text(".head p")
            self.page.locator("form button.main").click()
            self.page.wait_for_function(
                "before => document.querySelector('.head p')?.innerText !== before", arg=before
            )
        return self.page.locator("p.big").inner_text()


def _number(text: str) -> int:
    return int(re.sub(r"\D", "", text))


def main() -> None:
    """Walk it, print what it took, draw the pictures."""
    with (
        tempfile.TemporaryDirectory() as folder,
        office(made(Path(folder) / "data"), **ALLOWED) as where,
        chromium() as browser,
    ):
        fill(Path(folder) / "data", Path(folder))
        person = Clerk(browser, where, Path(folder) / "data", "thanh")
        person.sign_in()
        auditor, begun = Auditor(person), time.monotonic()
        told, listed = auditor.look_behind()
        print(f"{told} told, {listed} listed after {time.monotonic() - begun:.2f} s")
        behind = person.page.url
        code = auditor.open_first()
        print(f"report {auditor.report()}")
        inspection = auditor.inspect("xổ số 20/11/2026", 3)
        draw(
            person,
            {
                "figures": "/figures",
                "figures-former": "/figures?by=former&show=2.1&period=2025",
                "behind": behind,
                "register": f"/register/{code}",
                "late": "/register/late",
                "reports": "/reports",
                "trail": "/trail",
                "inspection": inspection,
                "work": "/work",
            },
            _PICTURES,
        )
        person.page.goto(inspection)
        print(auditor.judge_all())
        draw(person, {"inspected": f"{inspection}/result"}, _PICTURES)
        assert not person.complaints, person.complaints


if __name__ == "__main__":
    main()
