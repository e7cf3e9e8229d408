"""The product's path as Prefect sees it: waiting stacks are claimed, read and filed, chunk by chunk.

Prefect orchestrates chunks of stacks, never pages, and is told ids only. What is done, and who has
what, stands in the store and the ledger: killed anywhere and run again, here or on another machine,
the flow goes on where it was.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, cast

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.client.schemas.objects import State, TaskRun
from prefect.futures import PrefectFuture
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner
from prefect.tasks import Task

from flows.pipeline.filing import file_stack
from flows.runtime import Runtime, current_runtime
from schemas.batch import Balance, Refusal
from schemas.claim import Claim
from schemas.errors import EnvironmentFaulty, GaveUp, ReadingFailed, SohoaError, StoreFailed
from schemas.logs import LogLevel
from schemas.store_errors import ClaimLost
from storage.logs import log_event
from storage.queues.stacks import reconcile

_STACKS_A_TASK = 16
_STACKS_AT_ONCE = 3
"""Stacks in work beside each other in a task, so that no worker idles at a stack's end."""
_LOOK_SECONDS = 1.0
_ROUND_SECONDS = 60.0
"""How long a round of work may take before what was handed in meanwhile is looked at."""
_RUNNER = cast("TaskRunner[PrefectFuture[Any]]", ThreadPoolTaskRunner[Any](max_workers=1))


def _is_retryable(task: Task[..., Any], run: TaskRun, state: State[Any]) -> bool:
    """Whether trying again may help: the error says so itself."""
    del task, run
    return bool(getattr(state.result(raise_on_failure=False), "retryable", False))


@flow(name="digitise", flow_run_name="digitise {batch_name}", task_runner=_RUNNER)
def digitise(batch_id: str, batch_name: str) -> Balance:  # noqa: ARG001  (names the run)
    """Read and file every waiting stack of a batch. Số hóa một lô hồ sơ.

    What others have of it is theirs; the flow ends when nothing of the batch waits any more.
    """
    with current_runtime() as runtime:
        batch = runtime.archive.ledger.batch_by_id(batch_id)
        reconcile(runtime.archive.database)
        while runtime.archive.ledger.waiting_stacks(batch.id):
            if not file_stacks.submit(batch.id).result():
                time.sleep(_LOOK_SECONDS)
                reconcile(runtime.archive.database)
        balance = runtime.archive.ledger.balance(batch)
        create_markdown_artifact(balance_in_markdown(balance), key="balance")
        return balance


@flow(name="work", log_prints=False, task_runner=_RUNNER)
def work(seconds: float = _ROUND_SECONDS) -> int:
    """Read and file whatever waits, in fair shares, until nothing is free or time is up; how many stacks."""
    with current_runtime() as runtime:
        until, filed = time.monotonic() + seconds, 0
        reconcile(runtime.archive.database)
        while time.monotonic() < until and (done := file_stacks.submit("").result()):
            filed += done
        return filed


@task(
    name="file stacks",
    retries=2,
    retry_delay_seconds=[2, 10],
    retry_condition_fn=_is_retryable,
    persist_result=False,
)
def file_stacks(batch_id: str) -> int:
    """Claim, read and file some stacks; how many were ended. Raises only what stops them all."""
    with current_runtime() as runtime:
        return len(file_some(runtime, batch_id))


def file_some(runtime: Runtime, batch_id: str = "", most: int = _STACKS_A_TASK) -> list[Claim]:
    """Claim and file up to `most` stacks. What stops one for the environment's sake stops all."""
    turns = iter(range(most))

    def file_next() -> list[Claim]:
        ended = []
        while not runtime.stop.is_set() and next(turns, None) is not None:
            claim = runtime.claims.take(batch_id)
            if claim is None:
                break
            try:
                _file(runtime, claim)
            except ClaimLost as error:  # we were believed dead, and it is another's now
                _log_failure(claim, error)
                continue
            except ReadingFailed as error:  # a paper could not be written: tried again, set aside in the end
                _log_failure(claim, error)
                runtime.claims.let_go(claim, blame=True)
                continue
            except (EnvironmentFaulty, StoreFailed) as error:
                _log_failure(claim, error)
                runtime.stop.set()
                with suppress(StoreFailed):
                    runtime.claims.let_go(claim)
                raise
            finally:
                runtime.claims.forget(claim)
            ended.append(claim)
        return ended

    with ThreadPoolExecutor(_STACKS_AT_ONCE) as threads:
        futures = [threads.submit(file_next) for _ in range(_STACKS_AT_ONCE)]
    runtime.stop.clear()
    errors = [error for future in futures if (error := future.exception())]
    if errors:
        raise errors[0]
    return [claim for future in futures for claim in future.result()]


def _log_failure(claim: Claim, error: SohoaError) -> None:
    level = LogLevel.ERROR if isinstance(error, EnvironmentFaulty | StoreFailed) else LogLevel.WARNING
    log_event("stack.failed", level=level, batch=claim.batch_id, tries=claim.tries, outcome=error.code)


def _file(runtime: Runtime, claim: Claim) -> None:
    if claim.is_poison:
        error = GaveUp(claim.stack)
        runtime.archive.ledger.set_aside(claim, Refusal(code=error.code, message=error.message))
    else:
        batch = runtime.archive.ledger.batch_by_id(claim.batch_id)
        file_stack(runtime.archive, runtime.pool, runtime.settings, batch, claim.stack, runtime.report, claim)


def balance_in_markdown(balance: Balance) -> str:
    """The batch's balance as Prefect's UI shows it: counts only, no names."""
    rows = [(name, value) for name, value in balance if isinstance(value, int)]
    return "\n".join(["| | |", "|---|---:|", *(f"| {name} | {value} |" for name, value in rows)])
