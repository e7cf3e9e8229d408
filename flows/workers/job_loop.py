"""In a worker process: jobs taken from the channel it was started with, one after the other, and answered.

`python -m flows.workers.job_loop LIMITS`; the channel is standard input. Jobs come from the process that
started us, which is trusted; what we answer is not trusted by it, and is `flows.workers.answers`'s.
"""

import os
import pickle
import socket
import sys

from flows.workers.answers import NAME_LETTERS, Answer, failure
from flows.workers.channel import ChannelEnded, receive, send
from flows.workers.sandbox import grown, limit_seconds, limit_worker
from schemas.settings import Limits

_MOST_BYTES = 2**40
"""Of a job: what the process that started us sends is taken whole."""


def work(limits: Limits) -> None:
    """Until the channel ends, or memory has grown."""
    limit_worker(limits)
    with socket.socket(fileno=os.dup(0)) as channel:
        _leave_standard_streams()
        import cv2

        cv2.setNumThreads(1)
        last = False
        while not last:
            try:
                message = receive(channel, _MOST_BYTES, None)
            except ChannelEnded:
                return
            answer = _do(message, limits)
            last = answer.last
            send(channel, answer.model_dump_json().encode(), None)


def _do(message: bytes, limits: Limits) -> Answer[object]:
    """The job done, within its own CPU seconds."""
    job = message[:NAME_LETTERS].decode()
    call, args, kwargs, kind = pickle.loads(message[NAME_LETTERS:])  # noqa: S301  (from who started us)
    limit_seconds(limits.page_timeout_seconds)
    try:
        value = call(*args, **kwargs)
    except Exception as error:  # noqa: BLE001  (told to the parent by name)
        return Answer[object](job=job, error=failure(error), last=grown(limits))
    made: Answer[object] = Answer[kind](job=job, value=value, last=grown(limits))  # type: ignore[valid-type]
    return made


def _leave_standard_streams() -> None:
    """Programs that we start get neither the channel nor our output."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1):
        os.dup2(nothing, stream)
    os.close(nothing)


if __name__ == "__main__":
    work(Limits.model_validate_json(sys.argv[1]))
