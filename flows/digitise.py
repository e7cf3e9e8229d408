"""The product's path as Prefect sees it: a batch's stacks are read and filed, chunk by chunk.

Prefect orchestrates chunks of stacks, never pages, and is told ids only. What is done stands in the
store and the ledger: killed anywhere and run again, the flow goes on where it was.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.client.schemas.objects import State, TaskRun
from prefect.futures import PrefectFuture, wait
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner
from prefect.tasks import Task

from flows.filing import Filed, file_stack
from flows.workshop import Workshop, current_workshop
from schemas.batch import Balance, Batch
from schemas.errors import EnvironmentFaulty, SohoaError, StoreFailed

_STACKS_A_TASK = 16
_STACKS_AT_ONCE = 3
"""Stacks in work beside each other in a task, so that no worker idles at a stack's end."""
_RUNNER = cast("TaskRunner[PrefectFuture[Any]]", ThreadPoolTaskRunner[Any](max_workers=1))


def _is_retryable(task: Task[..., Any], run: TaskRun, state: State[Any]) -> bool:
    """Whether trying again may help: the error says so itself."""
    del task, run
    return bool(getattr(state.result(raise_on_failure=False), "retryable", False))


@flow(name="digitise", flow_run_name="digitise {batch_name}", task_runner=_RUNNER)
def digitise(batch_id: str, batch_name: str) -> Balance:  # noqa: ARG001  (names the run)
    """Read and file every waiting stack of a batch. Số hóa một lô hồ sơ."""
    with current_workshop() as shop:
        batch = shop.archive.ledger.batch(batch_id)
        stacks = shop.archive.ledger.waiting_stacks(batch.id)
        chunks = [stacks[at : at + _STACKS_A_TASK] for at in range(0, len(stacks), _STACKS_A_TASK)]
        futures = [file_stacks.submit(batch.id, tuple(chunk)) for chunk in chunks]
        wait(futures)
        for future in futures:
            future.result()
        balance = shop.archive.ledger.balance(batch)
        create_markdown_artifact(balance_in_markdown(balance), key="balance")
        return balance


@task(
    name="file stacks", task_run_name="{stacks[0]} …", retries=2, retry_delay_seconds=[2, 10],
    retry_condition_fn=_is_retryable, persist_result=False,
)  # fmt: skip
def file_stacks(batch_id: str, stacks: tuple[str, ...]) -> int:
    """Read and file `stacks`; how many were filed. Raises only what stops them all."""
    with current_workshop() as shop:
        return len(file_all(shop, shop.archive.ledger.batch(batch_id), stacks))


def file_all(shop: Workshop, batch: Batch, stacks: Sequence[str]) -> list[Filed]:
    """File `stacks` some at a time. What stops one for the environment's sake stops all."""

    def file_one(stack: str) -> Filed | None:
        if shop.stop.is_set():
            return None
        try:
            return file_stack(shop.archive, shop.pool, shop.settings, batch, stack, shop.report)
        except (EnvironmentFaulty, StoreFailed):
            shop.stop.set()
            raise

    with ThreadPoolExecutor(_STACKS_AT_ONCE) as threads:
        futures = [threads.submit(file_one, stack) for stack in stacks]
    shop.stop.clear()
    errors = [error for future in futures if isinstance(error := future.exception(), SohoaError)]
    if errors:
        raise errors[0]
    return [filed for future in futures if (filed := future.result())]


def balance_in_markdown(balance: Balance) -> str:
    """The batch's balance as Prefect's UI shows it: counts only, no names."""
    rows = [(name, value) for name, value in balance if isinstance(value, int)]
    return "\n".join(["| | |", "|---|---:|", *(f"| {name} | {value} |" for name, value in rows)])
