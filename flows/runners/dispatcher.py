"""The attendant: takes what clerks hand in at the desk and has it read, as soon as it is there.

It runs beside the web server, which never calls it: both look at the same rows. Of several attendants
of one archive one works at a time; the others wait for its lease to end. On one box it reads itself;
where machines share a Prefect server it calls as many of their workers as there is work for.
"""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial

from flows.pipeline.intake import take_arrivals
from flows.pipeline.republishing import renew_papers
from flows.runners.batch_run import receive
from flows.runners.hot_folder import move_taken, offered_in
from flows.runners.webhook_delivery import keep_telling
from flows.runtime import Runtime, open_runtime
from schemas.batch import Batch
from schemas.environment_errors import FolderAway, SettingWrong
from schemas.errors import EnvironmentFaulty, StoreFailed
from schemas.logs import LogLevel
from schemas.settings import Settings, load_settings
from schemas.signing_errors import SignerUnavailable
from schemas.store_errors import ObjectAltered
from storage.audit.seals import put_back_events, seal_when_due
from storage.audit.signer import seal_key
from storage.child_process import follow_parent
from storage.database.leases import held
from storage.logs import log_event
from storage.queues.stacks import count_stacks, is_work_free, reconcile
from storage.records.arrivals import batches_with_arrivals, stack_is_in, stacks_asked_for

_LOOK_SECONDS = 1.0
_RECONCILE_SECONDS = 60.0
_AFTER_TROUBLE_SECONDS = 10.0


def attend(settings: Settings, stop: threading.Event) -> None:
    """Work until `stop` is set. What the environment does wrong is met again after a while."""
    from flows.digitise import work
    from flows.orchestrator.dispatch import (
        call_workers,  # after Prefect's settings; worker processes never get here
    )

    with open_runtime(settings) as runtime:
        put_back_events(runtime.archive)
        telling = threading.Thread(
            target=keep_telling, args=(runtime.archive, settings, stop), name="telling"
        )
        telling.start()  # on its own: a receiver that drips holds up nobody else
        while not stop.is_set():
            try:
                read = partial(call_workers, runtime) if settings.prefect_url else work
                worked = work_once(runtime, read)
            except (StoreFailed, EnvironmentFaulty) as error:
                log_event("work.failed", level=LogLevel.ERROR, outcome=error.code)
                stop.wait(_AFTER_TROUBLE_SECONDS)
            else:
                stop.wait(0 if worked else _LOOK_SECONDS)
        telling.join()


def work_once(runtime: Runtime, read: Callable[[], object]) -> bool:
    """Take in what was handed in, `read` what waits, renew what was corrected.

    Returns whether anything was done. Nothing is done while another process of this archive is at it.
    """
    with held(runtime.archive.database, "attendant") as mine:
        return mine and _work(runtime, read)


def _work(runtime: Runtime, read: Callable[[], object]) -> bool:
    worked = False
    full = count_stacks(runtime.archive.database) >= runtime.settings.most_waiting
    for batch_id in [] if full else batches_with_arrivals(runtime.archive):
        batch = runtime.archive.ledger.batch_by_id(batch_id)
        worked = bool(list(take_arrivals(runtime.archive, runtime.pool, runtime.settings, batch))) or worked
        worked = _take_stacks(runtime, batch) or worked
    if time.monotonic() > runtime.reconcile_at:  # after an upgrade, or beside an older version
        reconcile(runtime.archive.database)
        runtime.reconcile_at = time.monotonic() + _RECONCILE_SECONDS
    if is_work_free(runtime.archive.database):
        worked = bool(read()) or worked
    worked = bool(renew_papers(runtime.archive, runtime.pool, runtime.given_up)) or worked
    with suppress(SettingWrong, ObjectAltered, SignerUnavailable):  # `sohoa doctor` tells
        seal_when_due(runtime.archive, partial(seal_key, runtime.settings), datetime.now(UTC))
    return worked


def _take_stacks(runtime: Runtime, batch: Batch) -> bool:
    """Stacks of the hot folder that a clerk asked for; the files then move to `done/` or `refused/`."""
    stacks, folder = stacks_asked_for(runtime.archive, batch.id), runtime.settings.hot_folder
    try:
        offered = offered_in(folder) if stacks and folder else []
    except FolderAway:  # asked again when the share is back
        return False
    for stack in stacks:
        own = [item for item in offered if item.stack == stack]
        for item, receipt in receive(runtime, batch, own):
            move_taken(item, receipt)
        stack_is_in(runtime.archive, batch.id, stack)
    return bool(stacks)


if __name__ == "__main__":
    ended = threading.Event()
    follow_parent(ended.set)
    attend(load_settings(), ended)
