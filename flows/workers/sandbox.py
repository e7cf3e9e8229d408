"""What a worker process may touch: foreign files are opened where nothing can be reached from.

bubblewrap gives each worker namespaces of its own: no network, no processes to look at, programs and
libraries read-only, the scans in hand read-only, a small folder of its own to write in, and neither
settings nor credentials nor the data folder; the kernel refuses system calls that lead out of it
(`flows.workers.syscalls`). Limits on memory, CPU seconds, file size and open files are the kernel's
(`setrlimit`) and hold without bubblewrap too.
"""

import os
import resource
import shlex
import shutil
import signal
import subprocess
import sys
from functools import cache
from pathlib import Path

from flows.workers.syscalls import write_filter
from schemas.environment_errors import ProgramMissing
from schemas.settings import SECRETS, Limits, Sandbox, Settings
from storage.child_process import end_with_starter

_PROGRAM, _PROGRAMS = "bwrap", "/usr/bin:/usr/local/bin:/bin"
PACKAGE = "bubblewrap"
_PROBE_SECONDS = 10
_NAMESPACES = (
    "--unshare-user-try",
    "--unshare-net",
    "--unshare-pid",
    "--unshare-ipc",
    "--unshare-uts",
    "--unshare-cgroup-try",
)
_READABLE = (
    "/usr",
    "/bin",
    "/lib",
    "/lib32",
    "/lib64",
    "/etc/alternatives",
    "/etc/fonts",
    "/etc/ld.so.cache",
    "/sys/devices/system/cpu",
)
_KEPT = ("PATH", "LANG", "LC_ALL", "TMPDIR", "TESSDATA_PREFIX", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE")
_OWN_BYTES = 2 * 1024**3
"""What a worker may write in its own `/tmp`, kept in memory."""
_HIDDEN_BYTES = 1024**2
_OPEN_FILES = 256
_HERE = Path.cwd()
"""Where we were started."""
_GROWN = 0.6
"""Share of its memory that a worker may keep between two jobs; what is usual is a third."""
_FILTER = 9
"""File descriptor that bubblewrap reads the refused system calls from."""


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


def worker_command(settings: Settings, scratch: Path) -> list[str]:
    """What workers are started with: Python, without our environment, in a sandbox where there is one.

    `scratch` is the folder of the scans in hand. Raises `ProgramMissing` when the settings require a
    sandbox and there is none.
    """
    program = "" if settings.sandbox is Sandbox.OFF else sandbox_program()
    if program:
        script = _script(scratch, [program, *_view(settings, scratch)], _environment(Path("/tmp")))  # noqa: S108
        if _starts(script):
            return [str(script)]
    if settings.sandbox is Sandbox.REQUIRED:
        raise ProgramMissing(PACKAGE, "it does not start here" if program else "")
    return [str(_script(scratch, [], _environment(scratch)))]


def _script(scratch: Path, view: list[str], environment: dict[str, str]) -> Path:
    """A program that becomes Python, seeing `view` and nothing of our environment."""
    variables = " ".join(f"{name}={shlex.quote(value)}" for name, value in environment.items())
    refused, source = [], ""
    if view and write_filter(scratch / "syscalls"):
        refused, source = ["--seccomp", f"{_FILTER}"], f" {_FILTER}<{shlex.quote(str(scratch / 'syscalls'))}"
    command = shlex.join([*view, *refused, sys.executable])
    script = scratch / "worker"
    script.write_text(f'#!/bin/sh\nexec /usr/bin/env -i {variables} {command} "$@"{source}\n')
    script.chmod(0o700)
    return script


def _starts(script: Path) -> bool:
    """Whether workers can be started so, with all that will be seen."""
    try:
        subprocess.run([str(script), "-c", ""], capture_output=True, timeout=_PROBE_SECONDS, check=True)
    except (OSError, subprocess.SubprocessError):
        return False
    return True


def _view(settings: Settings, scratch: Path) -> list[str]:
    """Bubblewrap's options: what a worker sees of this machine."""
    here = _HERE
    options = [*_NAMESPACES, "--die-with-parent", "--new-session", "--cap-drop", "ALL"]
    options += ["--size", str(_OWN_BYTES), "--tmpfs", "/tmp", "--dir", str(here)]  # noqa: S108
    for folder in _readable(here):
        options += ["--ro-bind-try", str(folder), str(folder)]
    options += ["--proc", "/proc", "--dev", "/dev"]
    for secret in _secrets(settings, here):
        hidden = ["--size", str(_HIDDEN_BYTES), "--tmpfs"] if secret.is_dir() else ["--ro-bind", os.devnull]
        options += [*hidden, str(secret)]
    options += ["--ro-bind", str(scratch), str(scratch), "--remount-ro", "/"]
    return [*options, "--chdir", "/tmp"]  # noqa: S108


def _readable(here: Path) -> list[Path]:
    """Programs and libraries: never the root, the home, or where we were started, which hold anything."""
    roots = [Path(sys.prefix), Path(sys.base_prefix), Path(__file__).parents[2]]
    named = [Path(entry) for entry in os.environ.get("PYTHONPATH", "").split(":") if entry]
    searched = [Path(entry) for entry in sys.path if entry]
    libraries = [path for path in searched if any(path.is_relative_to(root) for root in (*roots, *named))]
    programs = [Path(entry) for entry in os.environ.get("PATH", "").split(":") if entry.startswith("/")]
    models = [Path(os.environ["TESSDATA_PREFIX"])] if "TESSDATA_PREFIX" in os.environ else []
    wide = {Path("/"), Path.home(), here} - set(roots)
    known = {*map(Path, _READABLE), *roots, *libraries, *programs, *models}
    return sorted(path.absolute() for path in known if path.absolute() not in wide)


def _secrets(settings: Settings, here: Path) -> list[Path]:
    """What would be seen below a readable folder and must not be: data, settings, keys."""
    files = [here / os.environ.get("SOHOA_CONFIG", "sohoa.toml"), settings.data]
    files += [Path(os.environ.get(SECRETS, "/run/secrets"))]
    named = (
        settings.seal.key_file,
        settings.store.key_file,
        settings.second_store.key_file,
        settings.web.tls_key,
        settings.hot_folder,
    )
    files += [file for file in named if file]
    return [file.absolute() for file in files if file.exists()]


def _environment(folder: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {**kept, "HOME": str(folder), "TMPDIR": str(folder), "OMP_THREAD_LIMIT": "1"}


def limit_worker(limits: Limits) -> None:
    """In the worker: bounded memory, files and output, no core dumps, Ctrl-C left to the parent.

    It leads a process group of its own, so that it ends together with the programs it started.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_starter()
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
