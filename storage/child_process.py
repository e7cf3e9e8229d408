"""Programs we started: asked to end, then made to; and, in such a program, ending with who started it."""

import ctypes
import os
import signal
import subprocess
import threading
from collections.abc import Callable

_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True)


def end_with_starter() -> None:
    """In the child: be killed when the thread that started us is gone, however it went (prctl(2))."""
    _LIBC.prctl(_PDEATHSIG, signal.SIGKILL)


def end_child(process: subprocess.Popen[bytes], seconds: float, *, ask: bool = True) -> None:
    """Wait until `process` is gone: TERM (unless it was asked another way), then KILL after `seconds`."""
    if ask:
        process.terminate()
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def follow_parent(end: Callable[[], object]) -> None:
    """In the child: call `end`, in a thread, when our standard input ends, as it does with the parent."""

    def wait() -> None:
        while os.read(0, 1):
            pass
        end()

    threading.Thread(target=wait, daemon=True).start()
