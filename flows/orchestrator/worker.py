"""Our worker of the Prefect pool: it takes ids of flow runs, and starts nothing but `flows.launch`.

Prefect's own process worker runs whatever command, in whatever folder and environment, a deployment, a run
or the pool's template names. Ours reads none of them, so that who can write to the server, or took it over,
can at most have our own flows run once more.
"""

import asyncio
import signal
import subprocess
import sys
from typing import Any, Self

import anyio
import anyio.abc
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import FlowRun
from prefect.workers.base import BaseJobConfiguration, BaseVariables, BaseWorker, BaseWorkerResult

from flows.orchestrator.settings import POOL

_STOP_SECONDS = 10.0


class RunConfiguration(BaseJobConfiguration):
    """Nothing: whatever template and variables say is dropped."""

    @classmethod
    async def from_template_and_values(
        cls, base_job_template: dict[str, Any], values: dict[str, Any], client: PrefectClient | None = None
    ) -> Self:
        """An empty configuration."""
        del base_job_template, values, client
        return cls()


class RunWorker(BaseWorker[RunConfiguration, BaseVariables, BaseWorkerResult]):
    """Starts a process for each flow run, and waits for its end."""

    type = "process"
    job_configuration = RunConfiguration

    async def run(
        self,
        flow_run: FlowRun,
        configuration: RunConfiguration,
        task_status: anyio.abc.TaskStatus[int] | None = None,
    ) -> BaseWorkerResult:
        """The exit status of the run's process; the run's state is the flow's own business."""
        del configuration
        process = await anyio.open_process(
            [sys.executable, "-m", "flows.launch", str(flow_run.id)],
            stdin=subprocess.PIPE,  # never written to: it ends when we do, and so does the run
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        if task_status is not None:
            task_status.started(process.pid)
        try:
            status = await process.wait()
        finally:
            with anyio.CancelScope(shield=True):
                await _end(process)
        return BaseWorkerResult(status_code=status, identifier=str(process.pid))


async def _end(process: anyio.abc.Process) -> None:
    """TERM, then KILL; nothing when it ended by itself."""
    if process.returncode is None:
        process.terminate()
        with anyio.move_on_after(_STOP_SECONDS):
            await process.wait()
    if process.returncode is None:
        process.kill()
    await process.aclose()


async def _work() -> None:
    """Take runs until TERM."""
    worker = RunWorker(work_pool_name=POOL, limit=1, create_pool_if_not_found=False)
    running = asyncio.current_task()
    if running is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, running.cancel)
    await worker.start(printer=lambda *_: None)


if __name__ == "__main__":
    try:
        asyncio.run(_work())
    except (asyncio.CancelledError, KeyboardInterrupt):
        sys.exit(0)
