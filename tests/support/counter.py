"""A counter to test with: people with papers on file, officials, programs."""

from dataclasses import dataclass
from pathlib import Path

from room import Browser, Room, rebuild

from application.one_stop import CheckRequest, OneStopCounter, today
from rules.reuse.completeness import ReuseRequirements
from schemas.account import Account, Actor, Role
from schemas.paper import Paper, Source, State
from schemas.subject import identity_of
from storage.access.accounts import new_account
from storage.archive.archive import Archive
from storage.records.papers import enter_paper, paper_text
from storage.records.procedures import Procedures

DUNG, MINH = "001190012345", "001088054321"
HANH = {"full_name": "Nguyễn Thị Dung", "date_of_birth": "1990-05-17", "personal_id": DUNG}
BY = Actor(login="thu", origin="10.0.0.7")


@dataclass
class Hall:
    """A one-stop hall in H10.15, whose papers lie in H10.15 and H10.16."""

    room: Room

    @property
    def archive(self) -> Archive:
        return self.room.archive

    def counter(self, unit: str = "H10.15", demands: ReuseRequirements | None = None) -> OneStopCounter:
        """The counter of an official of the unit."""
        account: Account = new_account("thu", "Thu", unit, Role.OFFICIAL)
        return OneStopCounter(self.archive, Procedures(self.archive), account, demands or ReuseRequirements())

    def official(self, login: str = "thu", unit: str = "H10.15") -> Browser:
        """An official, signed in."""
        return self.room.person(login, Role.OFFICIAL, unit)

    def paper(self, kind: str, state: State = State.VERIFIED, unit: str = "H10.16", **fields: str) -> Paper:
        """A paper on file in that state."""
        paper = self.room.paper(document_type=kind, unit=unit, fields=fields)
        return self.set(paper, state=state) if state is not State.READ else paper

    def set(self, paper: Paper, **changed: object) -> Paper:
        """The paper changed by somebody who settled it."""
        after = paper.with_changes(**changed, revision=paper.revision + 1, settled_by=("lan",))
        self.archive.put_record(f"papers/{after.id}/r{after.revision}.json", after)
        with self.archive.database.session() as session:
            enter_paper(session, paper_text(self.archive, after))
        return after

    def card(self, **changed: str) -> Paper:
        """Dung's identity card, read by its QR code."""
        known = {**HANH, "issued_on": "2022-03-01", "expires_on": "2040-05-17", **changed}
        paper = self.room.paper(document_type="identity_card", unit="H10.16", fields=known)
        fields = {n: f.with_changes(source=Source.QR) for n, f in paper.fields.items()}
        return self.set(paper, state=State.VERIFIED, fields=fields)

    def status(self, state: State = State.VERIFIED, **changed: str) -> Paper:
        """Her certificate of marital status."""
        known = {
            **HANH,
            "issued_on": "2026-11-01",
            "certificate_number": "15/2026-XNTTHN",
            "issued_by": "UBND phường Xuân Tảo",
            "marital_status": "Chưa đăng ký kết hôn với ai",
            "purpose": "Đăng ký kết hôn",
            **changed,
        }
        return self.paper("marital_status_certificate", state, **known)

    def rebuilt(self, file: Path) -> Archive:
        """The archive as `sohoa reindex` makes it from the store alone."""
        return rebuild(self.archive, file)

    def without_look_up(self) -> None:
        """The office's own edition: the other party's marital status cannot be looked up here yet."""
        catalogue = Procedures(self.archive)
        edition = catalogue.find("1.000894", today())
        (case,) = edition.cases
        components = tuple(
            one.with_changes(data=()) if one.id == "partner_marital_status" else one
            for one in case.components
        )
        own = edition.with_changes(cases=(case.with_changes(components=components),))
        catalogue.add([own], BY)

    @property
    def marriage(self) -> CheckRequest:
        """What she comes for."""
        return CheckRequest(procedure="1.000894", parties={"applicant": identity_of(DUNG)})
