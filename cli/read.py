"""`read`: files to JSON, without store or database. `separators`: sheets that split a stack."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from cli.terminal import errors_told, fail, out, print_marks, say, settings_for, tell_missing
from flows.pipeline.read_only import read_files
from schemas.errors import BadInput
from schemas.quality import quality_advice
from schemas.reading import FileReading
from web.intake.separator_sheets import make_separators


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
) -> None:
    """Read files and print what they say; nothing is stored."""
    failed = False
    with errors_told():
        settings = settings_for(None)
        there = tell_missing(files)
        for reading in read_files(settings, there, debug):
            failed = failed or bool(reading.problems)
            if as_json:
                sys.stdout.write(reading.model_dump_json() + "\n")
                sys.stdout.flush()
            else:
                _print(reading)
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
