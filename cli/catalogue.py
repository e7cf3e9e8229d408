"""`sohoa catalogue`: files of types, procedures, validity, indicators, for who writes them."""

import json
from pathlib import Path
from typing import Annotated

import typer

from application.catalogue_check import CatalogueKind, check_file, json_schema
from cli.options import AsJson
from cli.terminal import err, escape, fail, out, print_json, say, tell, tell_missing
from schemas.file_errors import UnreadableFile

catalogue_app = typer.Typer(no_args_is_help=True)


@catalogue_app.command("check", help=say("Kiểm tệp YAML của danh mục.", "Check YAML files of the catalogue."))
def check_command(files: list[Path], *, as_json: AsJson = False) -> None:
    """Tell each fault with its line, in words. Exit status 3 when there is any."""
    there = tell_missing(files)
    faulty = len(there) < len(files)
    for file in there:
        try:
            faults = check_file(file.read_text("utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            err.print(escape(tell(UnreadableFile(file.name, type(error).__name__).message)))
            faulty = True
            continue
        faulty = faulty or bool(faults)
        for fault in faults:
            if as_json:
                print_json({"file": str(file), **fault.model_dump(mode="json")})
            else:
                place = f" {fault.place}:" if fault.place else ""
                out.print(escape(f"✗ {file}:{fault.line}:{place} {tell(fault.message)}"))
        if not faults and not as_json:
            out.print(escape(f"✓ {file}"))
    if faulty:
        fail(UnreadableFile.exit_code)


@catalogue_app.command(
    "schema", help=say("JSON Schema để trình soạn thảo gợi ý.", "JSON Schema by which editors complete.")
)
def schema_command(
    kind: CatalogueKind,
    to: Annotated[
        Path | None, typer.Option("--to", help=say("ghi vào tệp", "write it to a file"), dir_okay=False)
    ] = None,
) -> None:
    """Print or write the JSON Schema of a kind of file."""
    text = json.dumps(json_schema(kind), ensure_ascii=False, indent=1) + "\n"
    if to:
        to.write_text(text, "utf-8")
    else:
        out.print(text, markup=False, end="")
