"""What is known of objects elsewhere than beside them: the SHA-256 each had when we wrote it.

Whoever has the store's password can exchange an object together with the hash that lies beside it. So every
hash is entered in the database when the object is written; the nightly sweep takes it from there and keeps
it in the store as well (`storage.preservation.fixity`). Events of the trail have rows and signatures of
their own.
"""

from collections.abc import Iterable, Mapping

from sqlalchemy import delete, select

from storage import keys
from storage.database.engine import Database
from storage.database.tables.audit import DigestRow, WrittenRow
from storage.database.upserts import insert_missing

_NAMED = (keys.SCANS, keys.VIEWS)
"""Objects whose names are their hashes."""
_NOT_ENTERED = (".", keys.AUDIT, *_NAMED)


class Digests:
    """Of one archive."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def remember(self, digests: Mapping[str, str]) -> None:
        """Enter objects that were just written."""
        rows: list[dict[str, object]] = [
            {"key": key, "digest": digest}
            for key, digest in digests.items()
            if not key.startswith(_NOT_ENTERED)
        ]
        if rows:
            with self._database.session() as session:
                insert_missing(session, WrittenRow, rows)

    def expected(self, key: str) -> str:
        """The SHA-256 that the object has to have; empty when nothing is known of it."""
        named = named_digest(key)
        if named or key.startswith(_NOT_ENTERED):
            return named
        queries = (select(row.digest).where(row.key == key) for row in (DigestRow, WrittenRow))
        with self._database.session() as session:
            return next((digest for query in queries if (digest := session.scalar(query))), "")

    def written(self, wanted: Iterable[str]) -> dict[str, str]:
        """By key, what was entered when it was written and no sweep took over yet."""
        query = select(WrittenRow.key, WrittenRow.digest).where(WrittenRow.key.in_(list(wanted)))
        with self._database.session() as session:
            return dict(session.execute(query).tuples().all())

    def taken_over(self, swept: Iterable[str]) -> None:
        """A sweep keeps these from now on."""
        with self._database.session() as session:
            session.execute(delete(WrittenRow).where(WrittenRow.key.in_(list(swept))))


def named_digest(key: str) -> str:
    """The hash an object is named by; empty for one that has another name."""
    for prefix in _NAMED:
        if key.startswith(prefix):
            return key.removeprefix(prefix).removesuffix(".jpg")
    return ""
