"""The flows as deployments on a Prefect work pool: what workers, here or elsewhere, take runs from."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

from prefect import flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate, WorkPoolUpdate
from prefect.client.schemas.filters import FlowRunFilter
from prefect.deployments.runner import RunnerDeployment
from prefect.exceptions import ObjectAlreadyExists
from prefect.schedules import Cron
from prefect.states import Crashed
from prefect.types.entrypoint import EntrypointType

from flows.digitise import digitise, work
from flows.orchestrator.dispatch import WORK
from flows.orchestrator.settings import POOL
from flows.runners.dispatcher import work_once
from flows.runtime import current_runtime
from flows.schedules import check_fixity, report_periods
from schemas.settings import load_settings

_SWEEP_EVERY = timedelta(minutes=5)
_TEMPLATE: dict[str, Any] = {
    "job_configuration": {"name": "sohoa"},
    "variables": {"type": "object", "properties": {}, "additionalProperties": False},
}
"""Of the pool: a deployment has nothing to say about command, folder or environment."""
_AT_NIGHT, _ON_THE_FIRST = "0 1 * * *", "0 3 1 * *"


@flow(name="sweep", log_prints=False)
def sweep() -> bool:
    """Do whatever waits, unless somebody is at it: what an interrupted run left, what was handed in."""
    with current_runtime() as runtime:
        return work_once(runtime, work)


def deploy(*, own_server: bool) -> None:
    """Make the work pool and the deployments: on demand, every five minutes, by night, monthly.

    Runs that an earlier, killed server of ours left as running are marked as crashed.
    """
    with get_client(sync_client=True) as client:
        if POOL not in {pool.name for pool in client.read_work_pools()}:
            with suppress(ObjectAlreadyExists):  # another machine was first
                client.create_work_pool(
                    WorkPoolCreate(name=POOL, type="process", base_job_template=_TEMPLATE)
                )
        client.update_work_pool(POOL, WorkPoolUpdate(base_job_template=_TEMPLATE))
        orphans = FlowRunFilter.model_validate({"state": {"type": {"any_": ["RUNNING"]}}})
        for run in client.read_flow_runs(flow_run_filter=orphans) if own_server else []:
            client.set_flow_run_state(run.id, Crashed(message="the server was ended"), force=True)
    for asked, name in ((digitise, "on-demand"), (work, WORK.split("/")[1])):
        RunnerDeployment.from_flow(
            asked,
            name=name,
            work_pool_name=POOL,
            tags=["sohoa"],
            entrypoint_type=EntrypointType.MODULE_PATH,
        ).apply()
    RunnerDeployment.from_flow(
        sweep,
        name="every-5-minutes",
        work_pool_name=POOL,
        interval=_SWEEP_EVERY,
        tags=["sohoa"],
        entrypoint_type=EntrypointType.MODULE_PATH,
    ).apply()
    for timed, name, cron in (
        (check_fixity, "nightly", _AT_NIGHT),
        (report_periods, "monthly", _ON_THE_FIRST),
    ):
        RunnerDeployment.from_flow(
            timed,
            name=name,
            work_pool_name=POOL,
            tags=["sohoa"],
            schedule=Cron(cron, timezone="Asia/Ho_Chi_Minh"),
            entrypoint_type=EntrypointType.MODULE_PATH,
        ).apply()


if __name__ == "__main__":
    deploy(own_server=not load_settings().prefect_url)
