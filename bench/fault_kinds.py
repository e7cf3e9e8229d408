"""Faults, by name: each harms one thing of the world for a moment."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from sqlalchemy import text

from bench.s3_proxy import Harm
from bench.world import WORKERS, World

Fault = Callable[[World], None]


def _harm(harm: Harm, share: float) -> Fault:
    def fault(world: World) -> None:
        world.proxy.share, world.proxy.harm = share, harm
        time.sleep(world.random.uniform(0.2, 1.5))
        world.proxy.harm = Harm.NONE

    return fault


def _kill_store(world: World) -> None:
    """The server's process is killed; it comes back in a moment."""
    os.kill(world.address.pid, signal.SIGKILL)
    time.sleep(world.random.uniform(0.1, 1.0))


def _terminate_sql(world: World) -> None:
    """All connections of the database are ended, as a restart does."""
    with world.database.engine.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )


def _lock_sql(world: World) -> None:
    """Somebody holds the tables for a while."""
    with world.database.engine.begin() as connection:
        connection.execute(text("LOCK TABLE page, paper, stack IN ACCESS EXCLUSIVE MODE"))
        time.sleep(world.random.uniform(0.3, 2.0))


def _fill_scratch(world: World) -> None:
    """No space left where scans are copied to."""
    ballast = Path(world.environment["TMPDIR"]) / "ballast"
    with suppress(OSError), ballast.open("wb") as out:
        while True:
            out.write(b"\0" * 1_000_000)
    time.sleep(world.random.uniform(0.3, 1.5))
    ballast.unlink()


def _jump_clock(world: World) -> None:
    """The clock of the workers' machine goes ahead or back; some hours for a moment, ten minutes for good.

    S3 refuses signatures that are more than a quarter of an hour off, so that nothing can be done meanwhile.
    """
    clock = Path(world.environment["CLOCK"])
    clock.write_text(f"{world.random.choice((-26, -2, 2, 26))}")
    time.sleep(world.random.uniform(0.5, 2.0))
    clock.write_text(f"{world.random.choice((-0.15, 0, 0.15))}")


def _kill_engine(world: World) -> None:
    """The recognition programs under way are killed."""
    subprocess.run(["pkill", "-9", "-f", str(world.root / "replayed")], check=False)


def _lose_leases(world: World) -> None:
    """Every claim ends at once: those who had one go on, and others take it."""
    with world.database.session() as session:
        session.execute(
            text(
                "UPDATE stack SET until = now() - interval '1 second', holder = 'x:1:y' "
                "WHERE until IS NOT NULL"
            )
        )


FAULTS: dict[str, Fault] = {
    "kill -9 of a worker": lambda world: world.kill(1),
    "kill -9 of all workers": lambda world: world.kill(WORKERS),
    "kill -9 of the store": _kill_store,
    "kill -9 of engines": _kill_engine,
    "SQL connections ended": _terminate_sql,
    "SQL tables locked": _lock_sql,
    "claims lost": _lose_leases,
    "scratch full": _fill_scratch,
    "clock jumps": _jump_clock,
    **{
        f"store {harm}": _harm(harm, share)
        for harm, share in (
            (Harm.SLOW, 0.5),
            (Harm.BUSY, 0.5),
            (Harm.FULL, 0.5),
            (Harm.CUT, 0.5),
            (Harm.LIE, 0.1),
            (Harm.LOST_ANSWER, 0.3),
            (Harm.TWICE, 0.5),
            (Harm.AWAY, 1.0),
        )
    },
}
