"""Where every sheet of a batch is, as a table."""

from rich.table import Table

from cli.terminal import escape, out, say, tell
from schemas.batch import Balance


def print_balance(balance: Balance) -> None:
    """Where every file and page of a batch is, so that a clerk sees that it adds up."""
    table = Table(title=say(f"Lô {balance.batch.name}", f"Batch {balance.batch.name}"), title_justify="left")
    table.add_column("")
    table.add_column(say("số", "count"), justify="right")
    rows = (
        *_outside_rows(balance),
        (say("Tệp nhận", "Files received"), balance.files),
        (say("  đã lưu", "  taken in"), balance.files_taken),
        (say("  trùng, đã nối", "  same bytes, linked"), balance.files_linked),
        (say("  bị từ chối", "  refused"), balance.files_refused),
        (say("Trang", "Pages"), balance.pages),
        (say("  đọc xong", "  read"), balance.pages_read),
        (say("  cần người xem", "  need a person"), balance.pages_needing_person),
        (say("  bị loại", "  rejected"), balance.pages_rejected),
        (say("  đang chờ", "  waiting"), balance.pages_waiting),
        (say("  (trong đó trang trắng)", "  (of these blank)"), balance.pages_blank),
        (say("Hồ sơ", "Dossiers"), balance.dossiers),
        (say("Giấy tờ", "Papers"), balance.papers),
        (say("  cần người xem", "  need a person"), balance.papers_to_review),
    )
    for name, count in rows:
        table.add_row(name, str(count))
    out.print(table)
    adds_up = balance.adds_up
    mark = "[green]✓[/]" if adds_up else "[bold red]✗[/]"
    fine = say("Khớp: không thiếu tờ nào.", "It adds up: no sheet is missing.")
    wrong = say("KHÔNG khớp:", "It does NOT add up:")
    out.print(f"{mark} {fine if adds_up else wrong}")
    differences = balance.outside.differences if balance.outside else ()
    for difference in differences:
        out.print(f"  [bold red]✗[/] {escape(tell(difference.message))}")
    if not adds_up and not differences:
        out.print(say("  chạy `sohoa verify`", "  run `sohoa verify`"))


def _outside_rows(balance: Balance) -> list[tuple[str, int]]:
    """What was counted before anything was entered."""
    outside = balance.outside
    if outside is None:
        return []
    rows = [(say("Trang theo chính các tệp", "Pages by the files' own count"), outside.pages)]
    if outside.files_seen:
        rows.insert(0, (say("Tệp nằm trong thư mục", "Files in the folder"), outside.files_seen))
        rows.insert(1, (say("  tệp hệ thống, để yên", "  made by machines, left"), outside.files_left_alone))
    if outside.attachments:
        rows.append((say("  tệp đính kèm bên trong", "  files inside files"), outside.attachments))
    return rows
