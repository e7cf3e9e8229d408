"""`demo`: sample dossiers drawn, digitised, and what was read set beside what is true."""

import shutil
from collections import defaultdict
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from cli.balance import print_balance
from cli.progress import DigitisingProgress
from cli.terminal import errors_told, out, say, settings_for
from flows.pipeline.intake import new_batch
from flows.runners.batch_run import digitise_paths
from samples.dossiers import read_truth, write_batch, write_dossier
from samples.drawing.damage import Level
from samples.forms.unseen import draw_unseen
from samples.scores import FieldScore, compare_papers
from schemas.batch import Batch
from schemas.settings import Settings
from storage.archive.archive import Archive
from storage.archive.receipts import batch_receipts
from storage.opening import open_archive

_SEEDS = range(1, 4)
_UNSEEN = "giay-chua-thay"


def demo_command(
    data: Annotated[Path | None, typer.Option("--data", help=say("thư mục dữ liệu", "data folder"))] = None,
    dossiers: Annotated[int, typer.Option(help=say("số hồ sơ mỗi mức", "dossiers a level"), min=1)] = len(
        _SEEDS
    ),
) -> None:
    """Draw sample dossiers, digitise them, and compare with the truth. Made-up persons only."""
    with errors_told():
        settings = settings_for(data or Path("out/demo"))
        scans = settings.data / "scans"
        levels = tuple(Level)
        _draw(scans, range(1, dossiers + 1), levels)
        out.print(say("2. Số hóa chúng", "2. Digitising them"))
        progress = DigitisingProgress(quiet=False)
        with progress.shown() as watcher:
            balance = digitise_paths(settings, [scans], new_batch("demo", settings.unit), watcher)
        print_balance(balance)
        out.print(say("3. So với sự thật", "3. Set beside the truth"))
        with open_archive(settings) as archive:
            _print_scores(archive, balance.batch, scans)
        _print_next(settings, balance.batch)


def _draw(scans: Path, seeds: range, levels: tuple[Level, ...]) -> None:
    """Draw the dossiers that do not lie there yet: the same seed gives the same pages."""
    count = len(seeds) * len(levels)
    out.print(say(f"1. Vẽ {count} hồ sơ mẫu vào {scans}", f"1. Drawing {count} sample dossiers into {scans}"))
    if sum(1 for _ in scans.glob("*.truth.json")) != count + 1:
        shutil.rmtree(scans, ignore_errors=True)
        for truth in write_batch(scans, seeds=seeds, levels=levels):
            out.print(f"   {truth.name}: {len(truth.pages)}")
        file = scans / f"{_UNSEEN}.pdf"
        truth = write_dossier(draw_unseen(1), file, name=_UNSEEN, level=Level.OFFICE, seed=1)
        told = say("mẫu giấy máy chưa từng thấy", "layouts that the machine has never seen")
        out.print(f"   {truth.name}: {len(truth.pages)} ({told})")


def _print_scores(archive: Archive, batch: Batch, scans: Path) -> None:
    scores: dict[str, FieldScore] = defaultdict(FieldScore)
    wrong: list[tuple[str, str, str, str, str]] = []
    by_scan = {r.sha256: r.name for r in batch_receipts(archive.database, batch.id)}
    for dossier in archive.ledger.dossiers(batch.id):
        if not dossier.pages:
            continue
        file = scans.parent / by_scan[dossier.pages[0].scan]
        truth = read_truth(file)
        papers = [
            (paper.document_type, tuple(p.page_number for p in paper.pages), paper.fields)
            for paper in archive.ledger.papers(dossier)
        ]
        group = say("mẫu chưa thấy", "never seen") if truth.name == _UNSEEN else truth.level
        for paper in compare_papers(truth, papers):
            scores[group] += paper.score
            wrong += [(group, paper.document_type, *difference) for difference in paper.wrong]
    table = Table()
    for heading in (
        say("mức", "level"),
        say("ô đúng", "right"),
        say("ô sai", "wrong"),
        say("bỏ sót", "missed"),
        "F1",
        say("sai, không ngờ", "wrong, not doubted"),
    ):
        table.add_column(heading, justify="right")
    for level, score in scores.items():
        table.add_row(
            level,
            str(score.right),
            str(score.wrong),
            str(score.missed),
            f"{score.f1:.3f}",
            str(score.unnoticed),
        )
    out.print(table)
    out.print(
        say(
            "“mẫu chưa thấy”: nhãn và bố cục không dùng khi hiệu chuẩn; giấy của mình cũng chừng ấy.",
            "“never seen”: layouts that nothing was fitted on; expect so much of your own papers.",
        )
    )
    for level, document_type, name, true, read in wrong[:8]:
        out.print(f"   {level} {document_type}.{name}: {true!r} ≠ {read!r}", markup=False)


def _print_next(settings: Settings, batch: Batch) -> None:
    data = settings.data
    out.print(say("4. Xem tiếp", "4. Look further"))
    for line in (
        f"SOHOA_DATA={data} .venv/bin/sohoa show {batch.name}",
        f"SOHOA_DATA={data} .venv/bin/sohoa search nguyen thi",
        f"SOHOA_DATA={data} .venv/bin/sohoa verify",
        f".venv/bin/sohoa read {data}/scans/ho-so-001-bad.pdf --json",
    ):
        out.print(f"   {line}", markup=False)
