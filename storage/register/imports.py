"""The register: exports of the one-stop software read in, dossier by dossier, and found again."""

import gzip
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import lru_cache, partial
from hashlib import sha256
from itertools import islice
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from rules.exchange.cell_values import NotADossier, Row
from rules.exchange.register_headings import is_heading, is_no_dossier, recognise
from rules.exchange.register_rows import read_dossier
from rules.register.indicators import columns_of, entry_of
from schemas.account import Actor
from schemas.audit_event import Event
from schemas.base.ids import sha256_of
from schemas.errors import NotOnRecord
from schemas.procedure import Procedure
from schemas.register import Import, RegisteredDossier, Segment
from schemas.request_errors import RegisterRefused
from storage import keys
from storage.archive.archive import Archive
from storage.database.tables.register import ProcedureNameRow, RegisterRow
from storage.database.upserts import insert_or_update
from storage.files.table_files import read_rows
from storage.index.register_links import meet, stages_of
from storage.records.procedures import Procedures

_MOST_BYTES = 8 * 1024**3
_SEGMENT = 2000
"""Dossiers of one object and one transaction."""
_COLUMNS = ("facts", "received", "ended", "waits", "limit", "until")
Refuse = Callable[[Row, str], None]


@dataclass
class ImportResult:
    """What an import did, or would do."""

    rows: int = 0
    new: int = 0
    changed: int = 0
    refused: int = 0
    segments: int = 0
    mapping: dict[str, str] = field(default_factory=dict)

    @property
    def same(self) -> int:
        """Rows that said nothing new."""
        return self.rows - self.new - self.changed - self.refused


def bring_in(
    archive: Archive,
    file: Path,
    given: Mapping[str, str],
    by: Actor,
    refuse: Refuse,
    *,
    dry_run: bool = False,
    tell: Callable[[ImportResult], None] = lambda _: None,
) -> ImportResult:
    """Read a file into the register; a dossier that says nothing new is left alone.

    Rows that cannot be read go to `refuse` with the reason, and the others are entered. Raises
    `DamagedFile`, `TooLarge`, `UnknownFormat`, `RegisterRefused`; what was entered before stays.
    """
    done, at, complete = ImportResult(), datetime.now(UTC), False
    digest = _file_digest(file)
    name = f"{at:%Y%m%dT%H%M%S%f}-{digest[:8]}"
    read = _read(archive, file, given, refuse, done)
    try:
        while dossiers := list(islice(read, _SEGMENT)):
            known = list({one.code: one for one in dossiers}.values())
            _take(archive, name, known, done, write=not dry_run)
            tell(done)
        complete = True
    finally:
        if not dry_run and (complete or done.segments):
            kept = Import(
                id=name,
                name=file.name,
                sha256=digest,
                at=at,
                by=by.login,
                mapping=done.mapping,
                rows=done.rows,
                refused=done.refused,
                segments=done.segments,
                complete=complete,
            )
            _keep_import(archive, kept, by)
    return done


def _keep_import(archive: Archive, kept: Import, by: Actor) -> None:
    told = f"{kept.rows} rows, {kept.refused} refused{'' if kept.complete else ', cut short'}"
    archive.commit(kept, Event(action="register.import", target=kept.id, detail=told), by)


def enter_segment(archive: Archive, key: str) -> int:
    """Enter the dossiers of a segment that is in the store; how many."""
    found = _segment(archive, key)
    with archive.database.session() as session:
        _upsert(session, key, found, [_digest(one) for one in found])
    return len(found)


def find_dossier(archive: Archive, code: str) -> RegisteredDossier:
    """The dossier of that code as the register last said it. Raises `NotOnRecord`."""
    query = select(RegisterRow.segment, RegisterRow.line).where(RegisterRow.code == code)
    with archive.database.session() as session:
        place = session.execute(query).first()
    if place is None:
        raise NotOnRecord(code)
    found: RegisteredDossier = _segment(archive, place.segment)[place.line]
    return found


def _read(
    archive: Archive, file: Path, given: Mapping[str, str], refuse: Refuse, done: ImportResult
) -> Iterator[RegisteredDossier]:
    procedures = Procedures(archive)
    known = lru_cache(512)(procedures.on)

    def of_day(code: str, day: date) -> Procedure | None:
        return known(day).get(code)

    mappings: dict[tuple[str, ...], dict[str, str]] = {}
    is_json = file.suffix.lower() == ".json"
    for row in read_rows(file, _MOST_BYTES, partial(is_heading, given=given)):
        headings = tuple(row)
        try:
            if headings not in mappings:
                mappings[headings] = recognise(list(headings), given, strict=not is_json)
                done.mapping = {**mappings[headings], **done.mapping}
            if not is_json and is_no_dossier(row, mappings[headings]):
                continue
            done.rows += 1
            yield read_dossier(row, mappings[headings], of_day)
        except NotADossier as error:
            if not mappings:  # not one row of the wrong shape, but a file of another one
                raise RegisterRefused(file.name, str(error)) from error
            done.rows += headings not in mappings
            done.refused += 1
            refuse(row, str(error))


def _take(
    archive: Archive, name: str, dossiers: Sequence[RegisteredDossier], done: ImportResult, *, write: bool
) -> None:
    """Keep those of some dossiers that are new or changed."""
    digests = {one.code: _digest(one) for one in dossiers}
    query = select(RegisterRow.code, RegisterRow.digest).where(RegisterRow.code.in_(digests))
    with archive.database.session() as session:
        before = dict(session.execute(query).tuples().all())
    fresh = [one for one in dossiers if before.get(one.code) != digests[one.code]]
    done.new += sum(one.code not in before for one in fresh)
    done.changed += sum(one.code in before for one in fresh)
    if not fresh or not write:
        return
    done.segments += 1
    key = keys.register_segment(name, done.segments)
    content = Segment(dossiers=tuple(fresh)).model_dump_json(exclude_defaults=True).encode()
    archive.store.put(key, gzip.compress(content, 6, mtime=0), "application/gzip")
    archive.store.flush()
    with archive.database.session() as session:
        _upsert(session, key, fresh, [digests[one.code] for one in fresh])
    with archive.database.session() as session:
        meet(session, [one.code for one in fresh])  # papers may have been filed before the lines were there


def _upsert(
    session: Session, key: str, dossiers: Sequence[RegisteredDossier], digests: Sequence[str]
) -> None:
    """Enter dossiers as the register now says them, with what this archive knows of each."""
    now, columns = datetime.now(UTC), columns_of(map(entry_of, dossiers))
    values = {name: getattr(columns, name).tolist() for name in _COLUMNS}
    stages = stages_of(session, [one.code for one in dossiers])
    rows = [
        {
            "code": one.code,
            "unit": one.unit,
            "procedure": one.procedure,
            "field": one.field,
            "channel": int(one.channel or 1),
            "stage": int(stages.get(one.code, 0)),
            "changed_at": now,
            "digest": digest,
            "segment": key,
            "line": line,
            **{name: values[name][line] for name in _COLUMNS},
        }
        for line, (one, digest) in enumerate(zip(dossiers, digests, strict=True))
    ]
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    insert = dialect.insert(RegisterRow)
    changed = {name: insert.excluded[name] for name in rows[0] if name != "code"}
    session.execute(insert.on_conflict_do_update(index_elements=["code"], set_=changed), rows)
    for code, name in {one.procedure: one.procedure_name for one in dossiers if one.procedure_name}.items():
        insert_or_update(session, ProcedureNameRow, "code", {"code": code, "name": name})


def _segment(archive: Archive, key: str) -> tuple[RegisteredDossier, ...]:
    return Segment.model_validate_json(gzip.decompress(archive.store.get(key))).dossiers


def _digest(dossier: RegisteredDossier) -> str:
    return sha256_of(dossier.model_dump_json(exclude_defaults=True).encode())


def _file_digest(file: Path) -> str:
    digest = sha256()
    with file.open("rb") as content:
        while part := content.read(1024**2):
            digest.update(part)
    return digest.hexdigest()
