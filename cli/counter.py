"""`sohoa check`, `sohoa submission`: the counter at a terminal. Every look at a record is an audit event."""

import getpass
from typing import Annotated

import requests
import typer
from rich.markup import escape

from application.one_stop import CheckRequest, OneStopCounter, today
from cli.options import AsJson, Data
from cli.terminal import errors_told, out, print_json, say, settings_for, tell
from rules.reuse.completeness import ReuseRequirements
from schemas.account import Account, Role
from schemas.catalogue import document_types
from schemas.completeness import ComponentAnswer, Verdict
from schemas.errors import NotOnRecord
from schemas.settings import Settings
from schemas.store_errors import StoreUnavailable
from schemas.submission import AskedAnyway, ReuseEvent, Submission
from storage.archive.archive import Archive
from storage.index.people_search import find_holder
from storage.opening import open_archive
from storage.records.procedures import Procedures
from storage.records.submissions import find_submission

_SIGNS = {
    Verdict.ON_FILE: "[green]●[/]",
    Verdict.BY_DATA: "[green]◆[/]",
    Verdict.MADE_ANEW: "✎",
    Verdict.UNUSABLE: "[yellow]✕[/]",
    Verdict.MISSING: "[yellow]○[/]",
    Verdict.NOT_ASKED: "–",
}
_SEND_SECONDS = 20
submission_app = typer.Typer(no_args_is_help=True)


def check_command(
    procedure: Annotated[str, typer.Argument(help=say("mã thủ tục", "code of the procedure"))],
    number: Annotated[list[str], typer.Argument(help=say("số định danh của từng bên", "id of each party"))],
    case: Annotated[str, typer.Option(help=say("trường hợp", "case"))] = "",
    fact: Annotated[
        list[str] | None, typer.Option(help=say("tình tiết có thật", "a fact that holds"))
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Say what somebody still has to bring for a procedure, and why."""
    with errors_told():
        settings = settings_for(data)
        with open_archive(settings) as archive:
            counter = counter_of(archive, settings)
            edition = counter.procedures.find(procedure, today())
            chosen = edition.case(case)
            names = list(chosen.parties) if chosen else []
            identities = [_identity(archive, settings, said) for said in number]
            wanted = CheckRequest(
                procedure=procedure,
                case=case,
                facts=frozenset(fact or []),
                parties=dict(zip(names, identities, strict=False)),
            )
            _, _, answer = counter.check(wanted)
            person = archive.audit.signing.pseudonym("person", identities[0])
            archive.audit.append("person.check", person, purpose=procedure)
    if as_json:
        print_json(answer)
        return
    for one in answer.components:
        _print_component(one)
    bring = ", ".join(tell(one.component.name) for one in answer.to_bring)
    out.print(
        say("Chỉ cần mang: ", "Only to bring: ") + (bring or say("không gì cả", "nothing")), markup=False
    )


@submission_app.command(
    "export",
    help=say("Bản ghi theo tên trường của Cổng DVCQG.", "The record in the National Portal's names."),
)
def export_command(
    code: Annotated[str, typer.Argument(help=say("mã hồ sơ", "dossier code"))],
    send: Annotated[
        bool, typer.Option("--send", help=say("gửi tới portal.url", "send to portal.url"))
    ] = False,
    data: Data = None,
) -> None:
    """Print the exchange record of a submission, or send it to the portal."""
    with errors_told():
        settings = settings_for(data)
        with open_archive(settings) as archive:
            submission = find_submission(archive.database, code, settings.unit.split(".")[0])
            record = counter_of(archive, settings).exchange(submission)
            archive.audit.append("submission.export", submission.id, detail="send" if send else "")
            if not send:
                print_json(record)
                return
            headers = {"Authorization": f"Bearer {settings.portal.token.get_secret_value()}"}
            try:
                answer = requests.post(
                    settings.portal.url,
                    json=record.model_dump(),
                    headers=headers,
                    timeout=_SEND_SECONDS,
                    allow_redirects=False,
                )
                answer.raise_for_status()
            except requests.RequestException as error:
                raise StoreUnavailable("portal.url", type(error).__name__) from error
    out.print(say(f"Đã gửi {code}.", f"{code} sent."), markup=False)


def show_submission(archive: Archive, submission: Submission) -> None:
    """A submission and what counts of its uses."""
    provisional = f" ({say('mã tạm', 'provisional')})" if submission.provisional else ""
    out.print(f"[bold]{say('Hồ sơ', 'Dossier')}[/] {submission.code}{provisional}")
    opened = f"{submission.opened_by} · {submission.opened_at:%Y-%m-%d %H:%M}"
    out.print(f"   {submission.procedure} · {submission.case} · {opened}", markup=False)
    for use in OneStopCounter(
        archive, Procedures(archive), _account(submission.unit), ReuseRequirements()
    ).uses(submission):
        out.print(f"   {use_line(use)}", markup=False)


def use_line(use: ReuseEvent | AskedAnyway) -> str:
    """One use, in a line."""
    what = tell(use.shown.component.name)
    if isinstance(use, AskedAnyway):
        return f"! {what}: {say('vẫn yêu cầu nộp', 'asked for anyway')} ({use.reason}) · {use.by}"
    source = f"{use.paper_id[:8]} r{use.revision}" if use.paper_id else say("tra cứu", "look-up")
    return f"↺ {what} ← {source} · {use.by} · {use.at:%Y-%m-%d %H:%M} · {use.id[:8]}"


def counter_of(archive: Archive, settings: Settings) -> OneStopCounter:
    """The counter of the unit in the settings."""
    demands = ReuseRequirements(verified=settings.counter.verified, signed=settings.counter.signed)
    return OneStopCounter(archive, Procedures(archive), _account(settings.unit), demands)


def _account(unit: str) -> Account:
    login = getpass.getuser()
    return Account(id=login, login=login, name=login, unit=unit, role=Role.OFFICIAL)


def _identity(archive: Archive, settings: Settings, said: str) -> str:
    found = find_holder(archive.database, said, settings.unit.split(".")[0])
    if found is None:
        raise NotOnRecord("…" + said[-3:])
    return found.identity


def _print_component(one: ComponentAnswer) -> None:
    out.print(
        f"{_SIGNS[one.verdict]} [bold]{escape(tell(one.component.name))}[/]  "
        f"{escape(tell(one.why[0].message))} ({escape(one.why[0].basis)})"
    )
    for found in one.found:
        title = tell(document_types()[found.document_type].title)
        against = "; ".join(f"{tell(r.message)} ({r.basis})" for r in found.against)
        out.print(f"     {found.paper_id[:8]} {title} {found.dated}  {against or '✓'}", markup=False)
