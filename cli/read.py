"""`read`: files to JSON, without store or database. `separators`: sheets that split a stack."""

import statistics
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from cli.terminal import errors_told, fail, out, print_marks, say, settings_for, tell, tell_missing
from flows.pipeline.read_only import read_files
from schemas.base.language import Bilingual
from schemas.base.stopwatch import Step
from schemas.errors import BadInput
from schemas.quality import quality_advice
from schemas.reading import FileReading
from web.intake.separator_sheets import make_separators

_STEPS = {
    Step.OPENING: Bilingual(vi="mở trang", en="opening"),
    Step.BLANKNESS: Bilingual(vi="xem trang có trắng không", en="blank or not"),
    Step.ORIENTATION: Bilingual(vi="tìm chiều trang", en="which way up"),
    Step.PREPARATION: Bilingual(vi="chuẩn bị ảnh", en="preparation"),
    Step.FIRST_READER: Bilingual(vi="bộ đọc thứ nhất", en="first reader"),
    Step.SECOND_READER: Bilingual(vi="bộ đọc thứ hai", en="second reader"),
    Step.CHOICE: Bilingual(vi="chọn giữa hai bộ đọc", en="choice between the readers"),
    Step.QUALITY: Bilingual(vi="chất lượng ảnh", en="quality"),
    Step.ORDER: Bilingual(vi="thứ tự dòng", en="order of lines"),
    Step.MARKS: Bilingual(vi="mã vạch, con dấu, chữ viết", en="codes, seals, handwriting"),
    Step.VIEW: Bilingual(vi="ảnh xem JPEG", en="view as JPEG"),
    Step.OTHER: Bilingual(vi="còn lại", en="everything else"),
}


def read_command(
    files: Annotated[
        list[Path],
        typer.Argument(help=say("tệp PDF, TIFF, JPEG, PNG, WebP, HEIC", "PDF, TIFF, JPEG, PNG, WebP, HEIC")),
    ],
    as_json: Annotated[
        bool, typer.Option("--json", help=say("một dòng JSON mỗi tệp", "a JSON line a file"))
    ] = False,
    debug: Annotated[
        Path | None,
        typer.Option(
            help=say(
                "thư mục vẽ lại từng trang: nhãn, giá trị, độ tin cậy", "folder for pictures of each page"
            )
        ),
    ] = None,
    timings: Annotated[
        bool,
        typer.Option(
            "--timings",
            help=say("mili giây CPU từng bước đọc trang", "CPU milliseconds of each step of a page"),
        ),
    ] = False,
) -> None:
    """Read files and print what they say; nothing is stored."""
    failed = False
    with errors_told():
        settings = settings_for(None)
        there = tell_missing(files)
        for reading in read_files(settings, there, debug):
            failed = failed or bool(reading.problems)
            if as_json:
                left_out = set() if timings else {"timings"}
                sys.stdout.write(reading.model_dump_json(exclude=left_out) + "\n")
                sys.stdout.flush()
            else:
                _print(reading)
                if timings:
                    _print_timings(reading)
    if len(there) < len(files):
        fail(2)
    if failed:
        fail(BadInput.exit_code)


def separators_command(
    target: Annotated[Path, typer.Argument(help=say("tệp PDF cần ghi", "PDF to write"))],
    codes: Annotated[list[str], typer.Argument(help=say("mã hồ sơ[=số trang]", "dossier code[=pages]"))],
    batch: Annotated[str, typer.Option(help=say("tên lô", "name of the batch"))] = "",
) -> None:
    """Print separator sheets: one page for each dossier code, to lay before its papers."""
    with errors_told():
        sheets = []
        for text in codes:
            code, _, pages = text.partition("=")
            if pages and not pages.isdecimal():
                raise typer.BadParameter(text)
            sheets.append((code, int(pages) if pages else None))
        target.write_bytes(make_separators(batch, sheets))
        out.print(say(f"Đã ghi {len(sheets)} tờ phân cách: {target}", f"{len(sheets)} sheets: {target}"))


def _print_timings(reading: FileReading) -> None:
    """A row a step, the dearest first: milliseconds a page, median and most, and the share of the whole."""
    pages = [timing.cpu_seconds for timing in reading.timings]
    whole = sum(sum(page.values()) for page in pages)
    table = Table(box=None, pad_edge=False)
    table.add_column(say("bước", "step"))
    for heading in (say("trung vị, ms", "median, ms"), say("nhiều nhất, ms", "most, ms"), "%"):
        table.add_column(heading, justify="right")
    for name in sorted({n for page in pages for n in page}, key=lambda n: -sum(p.get(n, 0) for p in pages)):
        each = [1000 * page.get(name, 0) for page in pages]
        share = f"{sum(each) / whole / 10:.0f}" if whole else ""
        told = tell(_STEPS[name])
        table.add_row(told, f"{statistics.median(each):.0f}", f"{max(each):.0f}", share)
    if pages:
        each = [1000 * sum(page.values()) for page in pages]
        together = say("cả trang", "whole page")
        table.add_row(together, f"{statistics.median(each):.0f}", f"{max(each):.0f}", "100")
    out.print(table)


def _print(reading: FileReading) -> None:
    out.rule(reading.file, align="left")
    for problem in reading.problems:
        out.print(f"✗ {problem.message}", markup=False)
    for page in reading.pages:
        for code in page.quality.reasons:
            advice = quality_advice(code)
            where = say(f"trang {page.page_number}", f"page {page.page_number}")
            out.print(f"! {where}: {say(advice.vi, advice.en)}", markup=False)
    for document in reading.documents:
        pages = ", ".join(map(str, document.pages))
        whole = say(f"cả tờ {document.whole:.2f}", f"whole {document.whole:.2f}")
        seen = say("cần người xem", "a person has to see it") if document.needs_review else "✓"
        out.print(f"{document.document_type} ({pages}) · {whole} · {seen}", style="bold")
        print_marks(document.marks)
        for name, field in document.fields.items():
            mark = "?" if field.needs_review else " "
            out.print(f" {mark} {name:24} {field.value}", markup=False)
            for found in field.problems:
                out.print(f"      ! {found.message}", markup=False)
