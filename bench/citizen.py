"""A citizen without papers comes to register a marriage, walked by a real browser on everything real.

`python -m bench.citizen` digitises the papers of two people, has them checked, receives the dossier at the
counter by keyboard, prints the receipt, and draws the counter's pages of `docs/pictures/`.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

import yaml

from bench.clerk import Clerk, Tally
from bench.office import chromium, made, office
from bench.portraits import draw
from samples.couple import Couple, draw_couple
from samples.dossiers import read_truth, truth_file, write_dossier
from samples.drawing.damage import Level
from samples.truth import DossierTruth
from schemas.base.ids import sha256_of
from schemas.base.timezone import HANOI

_PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
_SUBMISSION = re.compile(r"/submissions/[0-9a-f-]{36}$")


def write_couple(folder: Path, seed: int = 1) -> tuple[Couple, dict[str, DossierTruth]]:
    """Two scanned dossiers, one of each of two people; the truth by the SHA-256 of each file."""
    couple = draw_couple(seed, datetime.now(HANOI).date() - timedelta(days=20))
    truths = {}
    for name, papers in (("cô dâu", couple.hers), ("chú rể", couple.his)):
        file = folder / f"{name}.pdf"
        write_dossier(papers, file, name=file.stem, level=Level.CLEAN, seed=seed)
        truths[sha256_of(file.read_bytes())] = read_truth(file)
        truth_file(file).unlink()
    return couple, truths


def digitise(lan: Clerk, minh: Clerk, folder: Path, truths: Mapping[str, DossierTruth]) -> None:
    """The papers as an archive has them before: scanned, read, what was doubtful settled."""
    pages = sum(len(truth.pages) for truth in truths.values())
    lan.begin_batch("Hộ tịch 2026", pages)
    lan.drop(folder)
    lan.wait_until_read(pages)
    for person in (lan, minh):
        person.settle_all(dict(truths), Tally())


def import_own_edition(data: Path, folder: Path) -> None:
    """The office's own edition of the procedure: the groom's status cannot be looked up here yet."""
    shown = _sohoa(data, "procedures", "show", "1.000894")
    edition = yaml.safe_load(shown)
    for component in edition["cases"][0]["components"]:
        if component["id"] == "partner_marital_status":
            del component["data"]
    file = folder / "1.000894.yaml"
    file.write_text(yaml.safe_dump(edition, allow_unicode=True))
    _sohoa(data, "procedures", "import", str(file))


def _sohoa(data: Path, *arguments: str) -> str:
    """What the command prints, beside an office that is running."""
    done = subprocess.run(
        [sys.executable, "-m", "cli.main", *arguments],
        env={**os.environ, "SOHOA_DATA": str(data)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


class Counter:
    """An official at a browser, on the keyboard."""

    def __init__(self, official: Clerk) -> None:
        self.official, self.page = official, official.page

    def ask_for(self, number: str) -> None:
        """From the search box to the person's page: the number and Enter."""
        self.page.goto("/")
        self.page.locator("#q:focus").wait_for()
        self.official.type(number)
        self.official.press("Enter")
        self.page.wait_for_url("**/people/**")

    def choose(self, procedure: str) -> None:
        """The procedure by the key that stands beside it."""
        link = self.page.locator(f".choose a[href$='procedure={procedure}']")
        self.official.press(link.get_attribute("data-key") or "?")
        self.page.wait_for_url("**/check?**")

    def name_partner(self, number: str) -> None:
        """Who the other party is."""
        self.official.press("n")
        self.official.type(number)
        self.official.press("Enter")
        self.page.wait_for_url("**p_partner=**")

    def confirm_all(self) -> int:
        """Look at each paper that only the machine has read, and confirm it; how many."""
        count = 0
        while self.page.locator("a[data-key='c']").count():
            self.official.press("c")
            self.page.wait_for_url("**/papers/**")
            self.official.press("y")
            self.page.wait_for_url("**/check?**")
            count += 1
        return count

    def receive(self) -> str:
        """Open the dossier and use all that is on file; its code."""
        self.official.press("d")
        self.page.wait_for_url(_SUBMISSION)
        return self.page.locator("p.big").inner_text()

    def to_bring(self) -> str:
        """What the page says must be brought."""
        return self.page.locator(".verdict").inner_text()


def main() -> None:
    """Walk it, print what it took, draw the pictures."""
    with (
        tempfile.TemporaryDirectory() as folder,
        office(made(Path(folder) / "data")) as where,
        chromium() as browser,
    ):
        scans = made(Path(folder) / "scans")
        couple, truths = write_couple(scans)
        lan, minh, mai = (Clerk(browser, where, Path(folder) / "data", n) for n in ("lan", "minh", "mai"))
        for person in (lan, minh, mai):
            person.sign_in()
        digitise(lan, minh, scans, truths)
        import_own_edition(Path(folder) / "data", Path(folder))
        counter, begun = Counter(mai), time.monotonic()
        mai.pressed = 0
        counter.ask_for(couple.bride.personal_id)
        person_page = mai.page.url
        counter.choose("1.000894")
        print(f"answer after {time.monotonic() - begun:.2f} s, {mai.pressed - 12} keys besides the number")
        counter.name_partner(couple.groom.personal_id)
        confirmed = counter.confirm_all()
        check_page = mai.page.url
        code = counter.receive()
        print(f"{code}: {counter.to_bring()} ({confirmed} papers confirmed)")
        submission = mai.page.url
        draw(
            mai,
            {
                "person": person_page,
                "check": check_page,
                "submission": submission,
                "receipt": f"{submission}/print",
                "submissions": "/submissions",
                "found": f"/search?q={couple.bride.full_name.rsplit(maxsplit=1)[0]}",
            },
            _PICTURES,
        )
        mai.page.goto(f"{submission}/print")
        (Path(folder) / "receipt.pdf").write_bytes(mai.page.pdf())
        for person in (lan, minh, mai):
            assert not person.complaints, person.complaints


if __name__ == "__main__":
    main()
