"""A batch dropped and read in a real browser, for tests of what people do with it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.clerk import Clerk
from bench.office import chromium, office
from bench.walk import draw_stack
from schemas.batch import Batch
from schemas.settings import Settings
from storage.archive import Archive, open_archive


@contextmanager
def batch_read(folder: Path, seeds: range) -> Iterator[tuple[Clerk, Archive, Batch]]:
    """A clerk at the page of a batch of drawn dossiers, one a seed, that is read; below `folder`."""
    data, stack = folder / "data", folder / "lô"
    data.mkdir(mode=0o700)
    stack.mkdir()
    _, pages = draw_stack(stack, seeds)
    with office(data) as where, chromium() as browser, open_archive(Settings(data=data)) as archive:
        lan = Clerk(browser, where, data, "lan")
        lan.sign_in()
        lan.begin_batch("Lô sáng", pages)
        lan.drop(stack)
        lan.wait_until_read(pages)
        yield lan, archive, archive.ledger.batch("Lô sáng")
