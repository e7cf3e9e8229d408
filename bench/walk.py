"""A clerk's morning at the desk, walked by a real browser: drop a stack, watch, settle, print the balance.

`python -m bench.walk` walks it with about forty pages, counts keystrokes and pointer moves a paper, and
draws the pages of `docs/pictures/` in both languages, light and dark.
"""

import statistics
import tempfile
import time
from pathlib import Path

from bench.clerk import Clerk, Tally
from bench.office import chromium, made, office
from bench.portraits import draw_clerks_pages, draw_others_pages
from samples.dossiers import draw_mixed_dossier, read_truth, truth_file, write_dossier
from samples.drawing.damage import Level
from samples.truth import DossierTruth
from schemas.base.ids import sha256_of

_PICTURES = Path(__file__).parents[1] / "docs" / "pictures"


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


def main() -> None:
    """Walk the morning, print the figures, draw the pictures."""
    with (
        tempfile.TemporaryDirectory() as folder,
        office(made(Path(folder) / "data")) as where,
        chromium() as browser,
    ):
        stack = made(Path(folder) / "lo-12")
        truths, pages = draw_stack(stack, range(700, 708), "b")
        lan = Clerk(browser, where, Path(folder) / "data", "lan")
        lan.sign_in()
        lan.begin_batch("Lô 12", pages)
        lan.drop(stack)
        begun = time.monotonic()
        lan.wait_until_read(pages)
        print(f"{pages} pages read {time.monotonic() - begun:.0f} s after the drop")
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


if __name__ == "__main__":
    main()
