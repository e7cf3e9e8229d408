"""Workers called: Prefect is asked for runs while stacks wait."""

from datetime import UTC, datetime, timedelta

import httpx
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter
from prefect.client.schemas.objects import StateType, WorkerStatus
from prefect.exceptions import PrefectException

from flows.orchestrator.settings import POOL
from flows.runtime import Runtime
from storage.queues.stacks import count_stacks, holders

_STARTING = timedelta(seconds=45)
"""How long a called worker may take until its first claim."""


_SHIFT_SECONDS = 3600.0


WORK = "work/when-called"


def call_workers(runtime: Runtime) -> int:
    """Ask Prefect for runs of `work`, one for each worker that has none and finds something to do; how many.

    Who is at work is told by live claims: a run whose worker was lost stands as running for a while.
    """
    try:
        return _call(runtime)
    except (httpx.HTTPError, PrefectException):  # Prefect is away: asked again in a moment
        return 0


def _call(runtime: Runtime) -> int:
    young = datetime.now(UTC) - _STARTING
    with get_client(sync_client=True) as client:
        known = client.read_workers_for_work_pool(POOL)
        online = sum(worker.status is WorkerStatus.ONLINE for worker in known)
        deployment = client.read_deployment_by_name(WORK)
        of_it = FlowRunFilter.model_validate(
            {
                "deployment_id": {"any_": [str(deployment.id)]},
                "state": {"type": {"any_": ["SCHEDULED", "PENDING", "RUNNING"]}},
            }
        )
        runs = client.read_flow_runs(flow_run_filter=of_it)
        called = sum(
            run.state_type is StateType.SCHEDULED
            or (run.start_time or (run.state.timestamp if run.state else young)) > young
            for run in runs
        )
        busy = len(holders(runtime.archive.database))
        missing = min(online, count_stacks(runtime.archive.database)) - max(busy, called)
        for _ in range(missing):
            client.create_flow_run_from_deployment(deployment.id, parameters={"seconds": _SHIFT_SECONDS})
    return max(missing, 0)
