"""A batch that was really read, on which desk and worker take turns."""

import json
from collections.abc import Sequence
from pathlib import Path

from room import Browser, Room, rebuild

from flows.pipeline.filing import file_stack
from flows.pipeline.intake import new_batch, take_arrivals, take_in
from flows.pipeline.republishing import renew_papers
from flows.workers.pool import WorkerPool
from schemas.batch import Batch
from schemas.paper import Dossier, Paper
from storage.archive.archive import Archive
from storage.files.scan_folders import find_files


class Office:
    """A batch that was really read, and what the desk and the worker do to it."""

    def __init__(self, room: Room, pool: WorkerPool, file: Path) -> None:
        self.room, self.pool = room, pool
        self.archive = room.archive
        self.batch: Batch = self.archive.open_batch(new_batch("lô", "H10"))
        for _ in take_in(self.archive, pool, room.settings, self.batch, find_files([file])):
            pass
        self.work()

    def work(self) -> None:
        """What the attendant does."""
        for _ in take_arrivals(self.archive, self.pool, self.room.settings, self.batch):
            pass
        for stack in self.archive.ledger.waiting_stacks(self.batch.id):
            file_stack(self.archive, self.pool, self.room.settings, self.batch, stack, lambda _: None)
        renew_papers(self.archive, self.pool, set())

    @property
    def dossier(self) -> Dossier:
        (dossier,) = self.archive.ledger.dossiers(self.batch.id)
        return dossier

    @property
    def papers(self) -> list[Paper]:
        return self.archive.ledger.papers(self.dossier)

    def correct(self, paper: Paper, *steps: tuple[Browser, str, str]) -> Paper:
        """People type values, one after the other, hand in and let go; the paper as it is then."""
        for person, name, text in steps:
            person.get(f"/papers/{paper.id}/review")
            person.answer(paper.id, name, text, revision=self.archive.ledger.paper(paper.id).revision)
            person.post(f"/papers/{paper.id}/hand-in")
            for other in self.papers:
                person.post(f"/papers/{other.id}/later")
        return self.archive.ledger.paper(paper.id)

    def rebuilt(self, file: Path) -> Archive:
        """The archive as `sohoa reindex` makes it from the store alone."""
        return rebuild(self.archive, file)

    def lay(
        self,
        person: Browser,
        papers: list[tuple[str | None, list[tuple[Paper, int, int]]]],
        aside: Sequence[tuple[Paper, int, int]] = (),
    ) -> int:
        """Send an arrangement: papers as (type, [(paper, page number, turned)])."""

        def leaf(paper: Paper, number: int, turned: int) -> dict[str, object]:
            page = paper.pages[number - 1]
            return {"scan": page.scan, "page_number": page.page_number, "turned": turned}

        whole = {
            "id": self.dossier.id,
            "papers": [
                {"document_type": kind, "pages": [leaf(*one) for one in pages]} for kind, pages in papers
            ],
            "set_aside": [leaf(*one) for one in aside],
        }
        answer = person.post(f"/dossiers/{self.dossier.id}/arrange", laid=json.dumps({"dossiers": [whole]}))
        return int(answer.status_code)
