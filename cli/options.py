"""Options that many commands have."""

from pathlib import Path
from typing import Annotated

import typer

from cli.terminal import say

Data = Annotated[
    Path | None,
    typer.Option("--data", help=say("thư mục dữ liệu", "data folder"), envvar="SOHOA_DATA"),
]
AsJson = Annotated[bool, typer.Option("--json", help=say("in JSON", "print JSON"))]
