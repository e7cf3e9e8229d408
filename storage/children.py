"""Programs we started: asked to end, then made to."""

import subprocess


def end_child(process: subprocess.Popen[bytes], seconds: float, *, ask: bool = True) -> None:
    """Wait until `process` is gone: TERM (unless it was asked another way), then KILL after `seconds`."""
    if ask:
        process.terminate()
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
