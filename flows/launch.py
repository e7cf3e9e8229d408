"""One flow run, in a process of its own: `python -m flows.launch ID`, started by our Prefect worker alone.

What the server says of a run is data: the name of one of our flows, and typed parameters, which the flow
checks. No entry point, path, command, environment or pull step of a deployment is ever followed.
"""

import os
import signal
import sys
from typing import Any
from uuid import UUID

from prefect import Flow
from prefect.client.orchestration import get_client
from prefect.engine import handle_engine_signals
from prefect.flow_engine import run_flow

from flows.deployments import sweep
from flows.digitise import digitise, work
from flows.schedules import check_fixity, report_periods
from schemas.environment_errors import SettingWrong
from storage.child_process import follow_parent

_FLOWS: dict[str, Flow[..., Any]] = {
    flow.name: flow for flow in (digitise, work, sweep, check_fixity, report_periods)
}


def launch(flow_run_id: UUID) -> None:
    """Run it to its end. Raises `SettingWrong` when the run is not of a flow of ours."""
    with handle_engine_signals(flow_run_id):
        with get_client(sync_client=True) as client:
            flow_run = client.read_flow_run(flow_run_id)
            name = client.read_flow(flow_run.flow_id).name
        if name not in _FLOWS:
            raise SettingWrong("Prefect", f"flow run {flow_run_id} is of no flow of ours")
        run_flow(_FLOWS[name], flow_run=flow_run)


if __name__ == "__main__":
    follow_parent(lambda: os.kill(os.getpid(), signal.SIGKILL))  # claims tell what is left to others
    launch(UUID(sys.argv[1]))
