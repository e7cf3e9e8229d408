"""`up`: everything that runs on one box, in the foreground."""

from typing import Annotated

import typer

from cli.intake import Data
from cli.terminal import errors_told, out, say, settings_for
from flows.up import UI_PORT, run_up


def up_command(
    port: Annotated[
        int, typer.Option(help=say("cổng giao diện Prefect", "port of Prefect's page"))
    ] = UI_PORT,
    data: Data = None,
) -> None:
    """Run the object store, the Prefect server and a worker until Ctrl-C."""
    with errors_told():
        run_up(settings_for(data), _tell, port)
        out.print(say("Đã dừng.", "Stopped."))


def _tell(what: str, where: str) -> None:
    names = {
        "store": say("Kho đối tượng", "Object store"),
        "database": say("Cơ sở dữ liệu", "Database"),
        "prefect": say("Prefect (cho kỹ thuật)", "Prefect (for engineers)"),
        "worker": say("Máy làm việc", "Worker"),
    }
    out.print(f"✓ {names[what]}: {where}", markup=False)
