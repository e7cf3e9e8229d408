"""What a worker process may touch: foreign files are opened where nothing can be reached from.

bubblewrap gives each worker namespaces of its own: no network, no processes to look at, programs and
libraries read-only, the scans in hand read-only, a small folder of its own to write in, and neither
settings nor credentials nor the data folder. Limits on memory, CPU seconds, file size and open files
are the kernel's (`setrlimit`) and hold without bubblewrap too.
"""

import os
import resource
import shlex
import shutil
import signal
import subprocess
import sys
from functools import cache
from multiprocessing import process
from pathlib import Path

from schemas.errors import ProgramMissing
from schemas.settings import SECRETS, Limits, Sandbox, Settings

_PROGRAM, _PROGRAMS = "bwrap", "/usr/bin:/usr/local/bin:/bin"
PACKAGE = "bubblewrap"
_PROBE_SECONDS = 10
_NAMESPACES = ("--unshare-user-try", "--unshare-net", "--unshare-pid", "--unshare-ipc", "--unshare-uts",
               "--unshare-cgroup-try")  # fmt: skip
_READABLE = ("/usr", "/bin", "/lib", "/lib32", "/lib64", "/etc/alternatives", "/etc/fonts",
             "/etc/ld.so.cache", "/sys/devices/system/cpu")  # fmt: skip
_KEPT = ("PATH", "LANG", "LC_ALL", "TMPDIR", "TESSDATA_PREFIX", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE")
_OWN_BYTES = 2 * 1024**3
"""What a worker may write in its own `/tmp`, kept in memory."""
_OPEN_FILES = 256
_GROWN = 0.6
"""Share of its memory that a worker may keep between two jobs; what is usual is a third."""
_KNOWN_AS = "WORKER_ID"


@cache
def sandbox_program() -> str:
    """Bubblewrap's path if the kernel lets it make namespaces (tried, never assumed), else nothing."""
    program = shutil.which(_PROGRAM, path=_PROGRAMS) or ""
    command = [program, *_NAMESPACES, "--ro-bind", "/", "/", "--proc", "/proc", "/bin/true"]
    try:
        subprocess.run(command, capture_output=True, timeout=_PROBE_SECONDS, check=True)
    except (OSError, subprocess.SubprocessError):
        return ""
    return program


def worker_executable(settings: Settings, scratch: Path) -> str:
    """Path of what workers are started with: Python, in a sandbox where there is one.

    `scratch` is the folder of the scans in hand. Raises `ProgramMissing` when the settings require a
    sandbox and there is none.
    """
    if settings.sandbox is Sandbox.OFF:
        return sys.executable
    program = sandbox_program()
    if not program and settings.sandbox is Sandbox.REQUIRED:
        raise ProgramMissing(PACKAGE)
    own = Path("/tmp") if program else scratch  # noqa: S108  (the sandbox has an empty one of its own)
    view = [program, *_view(settings, scratch)] if program else []
    variables = " ".join(f"{name}={shlex.quote(value)}" for name, value in _environment(own).items())
    command = shlex.join([*view, sys.executable])
    script = scratch / "worker"
    script.write_text(f'#!/bin/sh\nexec /usr/bin/env -i {_KNOWN_AS}=$$ {variables} {command} "$@"\n')
    script.chmod(0o700)
    return str(script)


def _view(settings: Settings, scratch: Path) -> list[str]:
    """Bubblewrap's options: what a worker sees of this machine."""
    code = Path(__file__).parent.parent
    searched = [Path(entry) for entry in sys.path if entry and Path(entry).is_dir()]
    programs = [Path(entry) for entry in os.environ.get("PATH", "").split(":") if entry]
    known = [Path(entry) for entry in (*_READABLE, sys.prefix, sys.base_prefix)]
    folders = sorted({path.absolute() for path in (*known, code, *searched, *programs)})
    options = [*_NAMESPACES, "--die-with-parent", "--new-session", "--cap-drop", "ALL"]
    options += ["--proc", "/proc", "--dev", "/dev", "--dev-bind", "/dev/shm", "/dev/shm"]  # noqa: S108  (locks shared with us)
    options += ["--size", str(_OWN_BYTES), "--tmpfs", "/tmp", "--dir", str(process.ORIGINAL_DIR)]  # type: ignore[attr-defined]  # noqa: S108
    for folder in folders:
        options += ["--ro-bind-try", str(folder), str(folder)]
    for secret in _secrets(settings):
        options += ["--tmpfs", str(secret)] if secret.is_dir() else ["--ro-bind", os.devnull, str(secret)]
    return [*options, "--ro-bind", str(scratch), str(scratch), "--chdir", "/tmp"]  # noqa: S108


def _secrets(settings: Settings) -> list[Path]:
    """What would be seen below a readable folder and must not be: the data folder and the settings."""
    named = os.environ.get("SOHOA_CONFIG", "sohoa.toml")
    files = [Path(process.ORIGINAL_DIR or "/") / named]  # type: ignore[attr-defined]
    files += [settings.data.absolute(), Path(os.environ.get(SECRETS, "/run/secrets"))]
    return [file for file in files if file.exists()]


def _environment(folder: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {**kept, "HOME": str(folder), "TMPDIR": str(folder), "OMP_THREAD_LIMIT": "1"}


def limit_worker(limits: Limits) -> None:
    """In the worker: bounded memory, files and output, no core dumps, Ctrl-C left to the parent.

    It leads a process group of its own, so that it ends together with the programs it started.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if os.getpgrp() != os.getpid():
        os.setpgid(0, 0)
    for what, most in (
        (resource.RLIMIT_AS, limits.worker_memory_bytes),
        (resource.RLIMIT_FSIZE, limits.worker_file_bytes),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(what)[1]
        bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (bound, bound))


def grown(limits: Limits) -> bool:
    """In the worker: whether it holds so much memory that the next job may find too little."""
    held = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    return held > limits.worker_memory_bytes * _GROWN


def worker_id() -> int:
    """In the worker: the process id by which the one who started it knows it."""
    return int(os.environ.get(_KNOWN_AS) or os.getpid())


def limit_seconds(seconds: int) -> None:
    """In the worker: so many CPU seconds from now, for itself and for each program it starts."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(used.ru_utime + used.ru_stime)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (spent + seconds + 1, hard))


def end_group(leader: int) -> None:
    """Kill what a worker that is gone had started; nothing when nothing is left of it."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return
