"""Programs we started: asked to end, then made to; and, in such a program, ending with who started it."""

import os
import subprocess
import threading
from collections.abc import Callable


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
