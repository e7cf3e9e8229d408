"""A room to test the desk in: an application on a real store and database, people, papers, browsers."""

import base64
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from PIL import Image, ImageDraw
from starlette.testclient import TestClient
from trail_signing import SIGNING

from schemas.account import Account, Actor, Role
from schemas.base.ids import derive_id, sha256_of
from schemas.batch import Batch, MediaType, Receipt, Scan
from schemas.page import Block, Line, PageText, Reading, Word
from schemas.paper import Dossier, FieldValue, PageRef, Paper, PaperMark, Source, State
from schemas.settings import Settings
from storage.access.accounts import Accounts, new_account
from storage.archive.archive import Archive
from storage.archive.audit_trail import AuditTrail
from storage.audit.verification import check_trail
from storage.database.engine import Database
from storage.opening import make_archive
from storage.preservation.rebuild import reindex
from storage.records.papers import page_states, paper_text
from web.app import make_app

PASSWORD = "một câu dễ nhớ lắm"
TUS = {"Tus-Resumable": "1.0.0"}
AT = datetime(2026, 11, 20, 8, tzinfo=UTC)
FIELDS = {
    "certificate_number": "15/2019-XNTTHN",
    "issued_by": "UBND phường Xuân Tảo",
    "issued_on": "2020-03-05",
    "full_name": "Nguyễn Thị Dung",
    "date_of_birth": "1990-05-17",
    "personal_id": "001190012345",
    "marital_status": "Chưa đăng ký kết hôn với ai",
}


@dataclass
class Room:
    """The application and what is put into it."""

    archive: Archive
    settings: Settings
    app: FastAPI
    people: dict[str, Account] = field(default_factory=dict)
    count: int = 0

    def person(self, login: str, role: Role = Role.CLERK, unit: str = "H10") -> "Browser":
        """Somebody with an account, signed in."""
        if login not in self.people:
            account = new_account(login, login.title(), unit, role)
            Accounts(self.archive.database).add(account, PASSWORD)
            self.people[login] = account
        browser = Browser(TestClient(self.app, base_url="http://desk", follow_redirects=False))
        browser.sign_in(login, PASSWORD)
        return browser

    def stranger(self, address: str = "testclient") -> "Browser":
        """Somebody who is not signed in."""
        client = TestClient(
            self.app, base_url="http://desk", follow_redirects=False, client=(address, 50_000)
        )
        return Browser(client)

    def batch(self, unit: str = "H10", name: str = "lô") -> Batch:
        """A batch."""
        made = Batch(id=derive_id("batch", unit, name), name=name, unit=unit, created_at=AT)
        return self.archive.open_batch(made)

    def paper(
        self,
        doubtful: Mapping[str, str | None] | None = None,
        *,
        unit: str = "H10",
        document_type: str = "marital_status_certificate",
        fields: Mapping[str, str] | None = None,
        marks: tuple[PaperMark, ...] = (),
    ) -> Paper:
        """A paper as reading leaves it, in a dossier of its own: these fields doubtful, all others sure."""
        self.count += 1
        batch, stack = self.batch(unit), f"xấp {self.count}"
        view, page_text = self._page(self.count)
        digest = sha256_of(f"{unit} {self.count}".encode())
        scan = Scan(sha256=digest, media_type=MediaType.JPEG, size_bytes=9, page_count=1)
        receipt = Receipt(
            id=derive_id("receipt", digest),
            batch_id=batch.id,
            stack=stack,
            position=1,
            name=f"{stack}.jpg",
            received_at=AT,
            sha256=digest,
            scan=scan,
        )
        self.archive.put_receipts([receipt])
        ref = PageRef(scan=digest, page_number=1, reading_key=sha256_of(digest.encode()))
        reading = Reading(page=page_text, view_sha256=sha256_of(view), read_at=AT)
        self.archive.put_reading(ref, reading, view)
        self.archive.ledger.note_reading(receipt, ref, reading)
        dossier_id = derive_id("dossier", batch.id, stack)
        known = {**(FIELDS if fields is None else fields), **(doubtful or {})}
        paper = self.archive.put_paper(
            Paper(
                id=derive_id("paper", dossier_id),
                revision=1,
                dossier_id=dossier_id,
                document_type=document_type,
                confidence=1,
                pages=(ref,),
                read_at=AT + timedelta(seconds=self.count),
                pdf_key="",
                pdf_sha256="",
                alto_key="",
                alto_sha256="",
                fields={
                    n: value(v, at, doubtful=n in (doubtful or {})) for at, (n, v) in enumerate(known.items())
                },
                marks=marks,
                state=State.NEEDS_REVIEW if doubtful or document_type == "unknown" else State.READ,
            ),
            b"%PDF",
            b"<alto/>",
        )
        dossier = Dossier(
            id=dossier_id, batch_id=batch.id, name=stack, unit=unit, pages=(ref,), papers=(paper.id,)
        )
        revision = self.archive.put_dossier(dossier)
        states = page_states(dossier, stack, [paper])
        self.archive.ledger.record_filing(
            stack, states, [(dossier, revision)], [paper_text(self.archive, paper)]
        )
        return paper

    def now(self, paper: Paper) -> Paper:
        """The paper as it is on record now."""
        return self.archive.ledger.paper(paper.id)

    def events(self, action: str) -> list[dict[str, Any]]:
        """Events of the trail with that action, as they lie in the store."""
        assert not list(check_trail(self.archive))
        found = [self.archive.store.get(key) for key in self.archive.store.keys("audit/")]
        return [event for event in map(json.loads, found) if event["action"] == action]

    def _page(self, number: int) -> tuple[bytes, PageText]:
        sheet = Image.new("RGB", (800, 1100), "white")
        ImageDraw.Draw(sheet).text((60, 40), f"page {number}", fill="black")
        out = io.BytesIO()
        sheet.save(out, "JPEG")
        words = tuple(
            Line(words=(Word(text=text, box=(60, 100 + 60 * at, 400, 130 + 60 * at), confidence=0.9),))
            for at, text in enumerate(FIELDS.values())
        )
        text = PageText(
            page_number=1,
            width_px=800,
            height_px=1100,
            dpi=100,
            effective_dpi=100,
            blocks=(Block(lines=words),),
        )
        return out.getvalue(), text


def rebuild(archive: Archive, file: Path) -> Archive:
    """An archive on an empty database, rebuilt from the store alone."""
    database = Database(f"sqlite:///{file}")
    database.prepare()
    made = make_archive(archive.store, database, AuditTrail(archive.store, database, SIGNING))
    reindex(made)
    return made


def overwrite(archive: Archive, key: str, content: bytes | None) -> None:
    """What somebody with the store's password can do: other bytes with a hash that fits them, or none."""
    store = archive.store
    store._client.remove_object(store.bucket, key)
    if content is not None:
        store._client.put_object(
            store.bucket, key, io.BytesIO(content), len(content), metadata={"sha256": sha256_of(content)}
        )


@dataclass
class Browser:
    """A signed-in browser that does as htmx does."""

    client: TestClient
    csrf: str = ""

    def sign_in(self, login: str, password: str) -> int:
        """The status of the answer."""
        self.client.cookies.clear()
        answer = self.client.post("/sign-in", data={"login": login, "password": password})
        self.refresh()
        return int(answer.status_code)

    def refresh(self) -> None:
        """Take the token of the session from a page."""
        page = self.client.get("/password")
        if 'data-csrf="' in page.text:
            self.csrf = page.text.split('data-csrf="')[1].split('"')[0]

    def get(self, path: str, **params: Any) -> Any:
        """A page."""
        return self.client.get(path, params=params or None)

    def post(self, path: str, headers: Mapping[str, str] | None = None, **data: Any) -> Any:
        """What a form or button sends."""
        sent = {"X-CSRF-Token": self.csrf, "HX-Request": "true", **(headers or {})}
        return self.client.post(path, data=data, headers=sent)

    def search(self, q: str) -> Any:
        """What the search box sends, and the page it leads to."""
        sent = self.post("/search", q=q)
        return self.get(sent.headers["hx-redirect"])

    def begin_upload(self, size: int, **told: object) -> Any:
        """Announce a file of `size` bytes as tus-js-client does."""
        pairs = (f"{name} {base64.b64encode(str(text).encode()).decode()}" for name, text in told.items())
        headers = {**TUS, "Upload-Length": str(size), "Upload-Metadata": ",".join(pairs)}
        return self.client.post("/uploads", headers={**headers, "X-CSRF-Token": self.csrf})

    def send(self, where: str, offset: int, content: bytes, **headers: str) -> Any:
        """Send bytes of a file from `offset` on."""
        sent = {**TUS, "Content-Type": "application/offset+octet-stream", "Upload-Offset": str(offset)}
        return self.client.patch(
            where, content=content, headers={**sent, "X-CSRF-Token": self.csrf, **headers}
        )

    def how_far(self, where: str) -> Any:
        """Ask how much of a file is there."""
        return self.client.head(where, headers={**TUS, "X-CSRF-Token": self.csrf})

    def take(self, **wanted: str) -> str:
        """Ask for the next paper; the address of its form, or of the queue when there is none."""
        return str(self.post("/review/next", **wanted).headers["hx-redirect"])

    def answer(
        self, paper_id: str, field: str, text: str, said: str = "changed", *, revision: int = 1, **more: str
    ) -> Any:
        """Answer a field of the form of that revision."""
        told = {"field": field, "answer": said, "text": text, "revision": str(revision), **more}
        return self.post(f"/papers/{paper_id}/answers", **told)


def make_room(archive: Archive, settings: Settings) -> Room:
    """An application on `archive`."""
    return Room(archive, settings, make_app(settings, archive))


def value(text: str | None, at: int, *, doubtful: bool = False) -> FieldValue:
    """A value as read, on a line of its own."""
    box = (60, 100 + 60 * at, 400, 130 + 60 * at)
    return FieldValue(
        value=text,
        raw=text or "?",
        confidence=0.5 if doubtful else 0.999,
        page_number=1,
        box=box,
        lines=(box,),
        source=Source.OCR,
        needs_review=doubtful,
    )


def actor(login: str) -> Actor:
    """Somebody at the desk."""
    return Actor(login=login, origin="127.0.0.1")
