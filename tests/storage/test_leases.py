"""Leases: one holder at a time, on both kinds of database; who is killed keeps nobody waiting here."""

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

from storage.database.engine import Database
from storage.database.leases import end_lease, held, lease_holder, take_lease, this_machine


def test_one_holder_at_a_time(database: Database) -> None:
    with database.session() as session:
        assert take_lease(session, "x", "a", 60)
        assert take_lease(session, "x", "a", 60), "again is longer"
        assert not take_lease(session, "x", "b", 60)
        assert lease_holder(session, "x") == "a"
    with database.session() as session:
        end_lease(session, "x", "b")
        assert lease_holder(session, "x") == "a", "only the holder lets go"
        assert take_lease(session, "x", "a", -1)
    with database.session() as session:
        assert lease_holder(session, "x") == ""
        assert take_lease(session, "x", "b", 60), "what is over is free"


def test_of_many_who_ask_at_once_one_has_it(database: Database) -> None:
    ready = threading.Barrier(8)

    def ask(name: int) -> bool:
        ready.wait()
        with database.session() as session:
            return take_lease(session, "x", f"{name}", 60)

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(ask, range(8))) == 1


def test_a_killed_process_keeps_nobody_waiting(database: Database) -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    holder = f"{this_machine()}:{child.pid}"
    with database.session() as session:
        assert take_lease(session, "batch", holder, 600)
    with held(database, "batch") as mine:
        assert not mine
    child.kill()
    child.communicate()
    with held(database, "batch") as mine:
        assert mine
        with database.session() as session:
            assert lease_holder(session, "batch").endswith(f":{os.getpid()}")
    with database.session() as session:
        assert lease_holder(session, "batch") == ""
