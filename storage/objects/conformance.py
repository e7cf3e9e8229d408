"""What the product needs of an S3 server, tried on it: `sohoa doctor --store`, and in our own tests.

Every check works below one prefix of its own, leaves nothing behind that it may delete, and says what
it means for the archive when it fails.
"""

import hashlib
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import urllib3

from schemas.base.model import Frozen
from schemas.errors import SohoaError
from schemas.store_errors import ObjectAltered, ObjectExists, ObjectMissing
from storage.objects.probes import clock_of, put_raw, remove_probe
from storage.objects.store import ObjectStore

_REFUSED = 400
"""HTTP status from which a request was not carried out."""
_WRITERS = 8
_LISTED = 1_100
"""More than one page of a listing."""
_LARGE_BYTES = 64 * 1024**2
_LINK_SECONDS = 2


class Check(Frozen):
    """What was tried, whether it held, how long it took, and what it is needed for."""

    name: str
    needed: bool
    """Without it the store must not be used; otherwise something is done in another way."""
    fine: bool
    seconds: float
    why: str
    found: str = ""


class _Trial:
    """A prefix of the bucket, and what was put there."""

    def __init__(self, store: ObjectStore) -> None:
        self.store = store
        self.prefix = f".conformance/{uuid4().hex}/"

    def key(self, name: str) -> str:
        return f"{self.prefix}{name}"

    def clear(self) -> None:
        with suppress(SohoaError):  # a server that is away keeps them; they are below a dot
            for key in list(self.store.keys(self.prefix)):
                remove_probe(self.store, key)


def conform(store: ObjectStore) -> Iterator[Check]:
    """Try everything on `store`, one check after the other."""
    trial = _Trial(store)
    try:
        for name, needed, why, check in _CHECKS:
            begun = time.perf_counter()
            try:
                found = check(trial)
            except SohoaError as error:
                found = f"{error.code} {error.detail}".strip()
            except (AssertionError, urllib3.exceptions.HTTPError) as error:
                found = str(error) or type(error).__name__
            seconds = round(time.perf_counter() - begun, 3)
            yield Check(name=name, needed=needed, fine=not found, seconds=seconds, why=why, found=found)
    finally:
        trial.clear()


def _round_trip(trial: _Trial) -> str:
    for size in (0, 1, 300_000):
        content = bytes(i % 251 for i in range(size))
        trial.store.put(trial.key(f"size-{size}"), content)
        if trial.store.get(trial.key(f"size-{size}")) != content:
            return f"{size} bytes came back as others"
    return ""


def _write_once(trial: _Trial) -> str:
    key = trial.key("once")
    trial.store.put(key, b"first")
    trial.store.put(key, b"first")  # again is no error
    try:
        trial.store.put(key, b"second")
    except ObjectExists:
        return "" if trial.store.get(key) == b"first" else "refused, and yet changed"
    return "a second writer changed an object"


def _one_winner(trial: _Trial) -> str:
    for attempt in range(5):
        key = trial.key(f"race-{attempt}")

        def write(number: int, key: str = key) -> bool:
            try:
                trial.store.put(key, f"writer {number}".encode())
            except ObjectExists:
                return False
            return True

        with ThreadPoolExecutor(_WRITERS) as threads:
            won = [number for number, first in enumerate(threads.map(write, range(_WRITERS))) if first]
        if len(won) != 1:
            return f"{len(won)} of {_WRITERS} writers were told they were first"
        if trial.store.get(key) != f"writer {won[0]}".encode():
            return "what was told to have won is not what lies there"
    return ""


def _read_after_write(trial: _Trial) -> str:
    for number in range(50):
        key = trial.key(f"seen-{number}")
        trial.store.put(key, b"x")
        if not trial.store.exists(key) or key not in trial.store.keys(key):
            return f"object {number} was acknowledged and not there at once"
    return ""


def _listing(trial: _Trial) -> str:
    names = [trial.key(f"list/{number:05}") for number in range(_LISTED)]
    with ThreadPoolExecutor(_WRITERS) as threads:
        list(threads.map(lambda name: trial.store.put(name, b"x"), names))
    listed = list(trial.store.keys(trial.key("list/")))
    if listed != names:
        return f"{len(listed)} of {_LISTED} listed, in order: {listed == sorted(listed)}"
    after = list(trial.store.keys(trial.key("list/"), after=names[_LISTED // 2]))
    return "" if after == names[_LISTED // 2 + 1 :] else "a listing cannot be gone on with"


def _large(trial: _Trial) -> str:
    content = hashlib.sha256(b"large").digest() * (_LARGE_BYTES // 32)
    trial.store.put(trial.key("large"), content)
    return "" if trial.store.get(trial.key("large")) == content else "64 MiB came back as others"


def _corrupted_upload(trial: _Trial) -> str:
    status = put_raw(
        trial.store, trial.key("md5"), b"other bytes", {"Content-MD5": "1B2M2Y8AsgTpgAmY7PhCfg=="}
    )
    return "" if status >= 400 else f"bytes that do not fit their checksum were taken ({status})"  # noqa: PLR2004


def _missing(trial: _Trial) -> str:
    try:
        trial.store.get(trial.key("nobody"))
    except ObjectMissing:
        return ""
    except ObjectAltered:
        return "a missing object is not told as missing"
    return "a missing object has bytes"


def _metadata(trial: _Trial) -> str:
    digest = trial.store.put(trial.key("facts"), b"facts")
    return "" if trial.store.digest(trial.key("facts")) == digest else "the SHA-256 beside it was not kept"


def _link(trial: _Trial) -> str:
    key, http = trial.key("link"), trial.store.http
    trial.store.put(key, b"linked")
    url = trial.store.link(key, _LINK_SECONDS, "giay-to.pdf")
    answer = http.request("GET", url)
    if answer.status != 200 or answer.data != b"linked":  # noqa: PLR2004
        return f"status {answer.status}"
    other = http.request("GET", url.replace("/link?", "/facts?")).status
    written = http.request("PUT", url, body=b"x").status
    time.sleep(_LINK_SECONDS + 1)
    late = http.request("GET", url).status
    open_for = [
        what
        for what, status in (("another object", other), ("writing", written), ("later", late))
        if status < _REFUSED
    ]
    return f"a link for one object is good for {', '.join(open_for)}" if open_for else ""


def _versions(trial: _Trial) -> str:
    beside = trial.store.beside("seals")
    beside.prepare(lockable=True)
    return "" if beside.enforces_lock() else "locks are not enforced"


def _clock(trial: _Trial) -> str:
    told = clock_of(trial.store)
    apart = abs(datetime.now(UTC) - told)
    return "" if apart < timedelta(minutes=2) else f"its clock is {apart} off: signatures will be refused"


_CHECKS: tuple[tuple[str, bool, str, Callable[[_Trial], str]], ...] = (
    ("round trip", True, "what is put is got, also nothing at all", _round_trip),
    ("metadata", True, "each object carries its SHA-256", _metadata),
    ("write once", True, "no revision is ever overwritten (If-None-Match)", _write_once),
    ("one winner", True, "two workers cannot both be the first", _one_winner),
    ("read after write", True, "what was acknowledged is there for everybody", _read_after_write),
    ("listing", True, "the database is rebuilt from it, in order", _listing),
    ("one PUT of 64 MiB", True, "scans go in one piece", _large),
    ("checksum", True, "bytes altered on the way are refused (Content-MD5)", _corrupted_upload),
    ("missing", True, "a missing object is told as such", _missing),
    ("clock", True, "requests are signed with the time", _clock),
    ("links", False, "downloads straight from the store, short-lived, for one object", _link),
    ("object lock", False, "sealed trails cannot be deleted, not even by us", _versions),
)
