"""A PostgreSQL server of Debian's on a fresh folder, for as long as the block takes."""

import os
import pwd
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def postgres(folder: Path, settings: Sequence[str] = ()) -> Iterator[int]:
    """Its port on loopback; user `sohoa`, no password. `settings` are `name=value` of the server."""
    data = folder / "data"
    data.mkdir(parents=True)
    programs = max(Path("/usr/lib/postgresql").glob("*/bin"))
    as_user: list[str] = []
    plain = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        user = pwd.getpwnam("postgres")
        for part in (folder, *folder.parents):
            facts = part.stat()
            closed = facts.st_uid == os.geteuid() and not facts.st_mode & 0o001
            if closed and part not in (Path("/"), Path.home()):
                part.chmod(facts.st_mode | 0o055)  # it has to reach its folder
        os.chown(data, user.pw_uid, user.pw_gid)
        as_user = ["runuser", "-u", "postgres", "--"]
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    subprocess.run(
        [
            *as_user,
            str(programs / "initdb"),
            "-D",
            str(data),
            "-A",
            "trust",
            "-U",
            "sohoa",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
        ],
        check=True,
        capture_output=True,
        cwd="/",
        env=plain,
    )
    set_to = [part for setting in settings for part in ("-c", setting)]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [
                *as_user,
                str(programs / "postgres"),
                "-D",
                str(data),
                "-h",
                "127.0.0.1",
                "-p",
                str(port),
                "-k",
                "",
                *set_to,
            ],
            stdout=log,
            stderr=log,
            cwd="/",
            env=plain,
        )
    try:
        ready = [str(programs / "pg_isready"), "-h", "127.0.0.1", "-p", str(port), "-t", "30"]
        for _ in range(100):
            if subprocess.run(ready, capture_output=True, check=False).returncode == 0:
                break
        yield port
    finally:
        server.terminate()
        server.wait(60)


def create_database(port: int, name: str) -> str:
    """The SQLAlchemy URL of a new, empty database."""
    programs = max(Path("/usr/lib/postgresql").glob("*/bin"))
    createdb = [str(programs / "createdb"), "-h", "127.0.0.1", "-p", str(port), "-U", "sohoa", name]
    made = subprocess.run(createdb, check=False, capture_output=True, text=True)
    if made.returncode:
        raise RuntimeError(made.stderr)
    return f"postgresql+psycopg://sohoa@127.0.0.1:{port}/{name}"
