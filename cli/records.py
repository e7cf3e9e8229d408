"""`show` and `search`: what an official asks for. Every look at a record is an audit event."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from cli.balance import print_balance
from cli.counter import show_submission, use_line
from cli.options import AsJson, Data
from cli.terminal import err, errors_told, out, print_json, print_marks, say, settings_for, tell
from schemas.batch import Batch
from schemas.catalogue import document_types
from schemas.errors import NotOnRecord
from schemas.paper import Dossier, FieldValue, Paper
from schemas.submission import Submission
from storage import keys
from storage.archive.archive import Archive
from storage.index.paper_search import search
from storage.opening import open_archive
from storage.records.originals import originals, read_original
from storage.records.submissions import find_submission, find_uses


def search_command(
    query: Annotated[
        list[str],
        typer.Argument(help=say("từ cần tìm, có dấu hay không", "words, with or without marks")),
    ],
    limit: Annotated[int, typer.Option(help=say("số kết quả", "how many"), min=1, max=500)] = 20,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Find papers by anything on them; the exact spelling comes first."""
    words = " ".join(query)
    with errors_told(), open_archive(settings_for(data)) as archive:
        hits = search(archive.database, words, limit)
        archive.audit.append("search", archive.audit.signing.pseudonym("search", words))
        for hit in hits:
            if as_json:
                print_json(
                    {
                        "paper": hit.paper.id,
                        "document_type": hit.paper.document_type,
                        "dossier": hit.paper.dossier_id,
                        "exact": hit.exact,
                        "snippet": hit.snippet,
                    }
                )
            else:
                title = tell(document_types()[hit.paper.document_type].title)
                out.print(f"[bold]{hit.paper.id[:8]}[/]  {title}  {'=' if hit.exact else '≈'}")
                out.print(f"    {hit.snippet}", markup=False)
    if not hits and not as_json:
        err.print(say("Không tìm thấy.", "Nothing found."))


def show_command(
    name: Annotated[
        str,
        typer.Argument(help=say("giấy tờ, hồ sơ, lô, tiếp nhận", "paper, dossier, batch, submission")),
    ] = "",
    save: Annotated[
        Path | None,
        typer.Option(
            help=say(
                "ghi PDF, ALTO, JSON và tệp gốc vào đây", "write PDF, ALTO, JSON and the files handed in here"
            )
        ),
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Show a paper with the receipt of each value, a dossier with its papers, or a batch."""
    with errors_told(), open_archive(settings_for(data)) as archive:
        found = _find(archive, name)
        for paper in _papers(archive, found):
            archive.audit.append("paper.show", paper.id)
            if save:
                _save(archive, paper, save)
        if as_json:
            print_json(found)
        elif isinstance(found, Paper):
            _show_paper(found)
            for use in find_uses(archive.database, paper_id=found.id):
                out.print(use_line(use), markup=False)
        elif isinstance(found, Submission):
            show_submission(archive, found)
        elif isinstance(found, Dossier):
            _show_dossier(archive, found)
        else:
            print_balance(archive.ledger.balance(found))
            for dossier in archive.ledger.dossiers(found.id):
                _show_dossier(archive, dossier)


def _find(archive: Archive, name: str) -> Paper | Dossier | Batch | Submission:
    """The paper, dossier, batch or submission of that name; the newest batch without one."""
    if not name:
        batches = archive.ledger.batches()
        if not batches:
            raise NotOnRecord(say("chưa có lô nào", "no batch yet"))
        return batches[0]
    for look in (archive.ledger.paper, archive.ledger.dossier, archive.ledger.batch):
        try:
            return look(name)
        except NotOnRecord:
            continue
    return find_submission(archive.database, name, None)


def _papers(archive: Archive, found: Paper | Dossier | Batch | Submission) -> list[Paper]:
    if isinstance(found, Paper):
        return [found]
    if isinstance(found, Submission):
        return []
    dossiers = [found] if isinstance(found, Dossier) else archive.ledger.dossiers(found.id)
    return [paper for dossier in dossiers for paper in archive.ledger.papers(dossier)]


def _save(archive: Archive, paper: Paper, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"{paper.document_type}-{paper.id[:8]}"
    (folder / f"{stem}.pdf").write_bytes(archive.store.get(paper.pdf_key))
    (folder / f"{stem}.alto.xml").write_bytes(archive.store.get(paper.alto_key))
    record = archive.store.get(keys.paper(paper.id, paper.revision))
    (folder / f"{stem}.json").write_bytes(record)
    for number, original in enumerate(originals(archive, paper), 1):
        _, content = read_original(archive, paper, number)
        (folder / f"{stem}-{number}-{original.name}").write_bytes(content)
    out.print(f"{folder / stem}.pdf · .alto.xml · .json", markup=False)


def _show_dossier(archive: Archive, dossier: Dossier) -> None:
    out.print(f"[bold]{say('Hồ sơ', 'Dossier')}[/] {dossier.id[:8]}  ", end="")
    out.print(dossier.name, markup=False)
    for problem in dossier.problems:
        out.print(f"   ! {tell(problem.message)}", markup=False)
    for paper in archive.ledger.papers(dossier):
        doubtful = sum(field.needs_review for field in paper.fields.values())
        title = tell(document_types()[paper.document_type].title)
        note = say(f"{doubtful} ô cần xem", f"{doubtful} to review") if doubtful else ""
        pages = ",".join(str(page.page_number) for page in paper.pages)
        out.print(
            f"   {paper.id[:8]}  {title} · {say('trang', 'page')} {pages} · {paper.state}  {note}",
            markup=False,
        )


def _show_paper(paper: Paper) -> None:
    document_type = document_types()[paper.document_type]
    out.print(f"[bold]{tell(document_type.title)}[/]  {paper.id}  r{paper.revision}  {paper.state}")
    table = Table(box=None, pad_edge=False)
    for heading in (
        say("Ô", "Field"),
        say("Giá trị", "Value"),
        "%",
        say("Trang", "Page"),
        say("Khung", "Box"),
        "",
    ):
        table.add_column(heading)
    for name, field in paper.fields.items():
        label = tell(document_type.fields[name].label)
        today = f"{say('nay', 'today')}: {' / '.join(field.today.wards)}" if field.today else ""
        notes = "; ".join([*(tell(problem.message) for problem in field.problems), *filter(None, [today])])
        mark = "?" if field.needs_review else "✓"
        table.add_row(
            label,
            _value(field),
            f"{100 * field.confidence:.0f}",
            str(field.page_number),
            ",".join(map(str, field.box)),
            f"{mark} {field.source} {escape(notes)}",
        )
    out.print(table)
    print_marks(paper.marks)
    out.print(f"PDF/A  {paper.pdf_key}\nALTO   {paper.alto_key}", markup=False)


def _value(field: FieldValue) -> str:
    if field.value is None:
        return say("(không đọc được)", "(not legible)")
    if isinstance(field.value, list):
        return "; ".join(str(item.get("name")) for item in field.value if isinstance(item, dict))
    return escape(str(field.value))
