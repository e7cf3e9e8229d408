"""A citizen without papers marries: the whole loop on real parts, from the scans to the rebuilt database."""

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from barriers import no_barrier
from commandline import sohoa
from pdfminer.high_level import extract_text

from bench.citizen import Counter, digitise, import_own_edition, write_couple
from bench.clerk import Clerk
from bench.office import chromium, office
from samples.couple import Couple
from schemas.settings import Settings
from schemas.submission import ReuseEvent
from storage import keys
from storage.opening import open_archive


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str, list[Clerk]]]:
    """Where the data and the desk are; a clerk, another, an official, an hour after opening."""
    folder = tmp_path_factory.mktemp("hall")
    data = folder / "data"
    data.mkdir(mode=0o700)
    with office(data) as where, chromium() as browser:
        people = [Clerk(browser, where, data, login) for login in ("lan", "minh", "mai")]
        for person in people:
            person.sign_in()
        yield folder, where, people


def test_a_marriage_without_papers(hall: tuple[Path, str, list[Clerk]]) -> None:
    folder, where, (lan, minh, mai) = hall
    data, scans = folder / "data", folder / "scans"
    scans.mkdir()
    couple, truths = write_couple(scans)
    digitise(lan, minh, scans, truths)
    import_own_edition(data, folder)
    counter = Counter(mai)
    mai.pressed = 0
    counter.ask_for(couple.bride.personal_id)
    assert couple.bride.full_name in mai.page.inner_text("h1")
    assert mai.page.locator(".held").count() == 3
    counter.choose("1.000894")
    assert mai.pressed - len(couple.bride.personal_id) == 2, "Enter, and the procedure's key"
    counter.name_partner(couple.groom.personal_id)
    counter.confirm_all()
    assert counter.to_bring() == "Còn phải mang 1 giấy: Giấy xác nhận tình trạng hôn nhân (Bên kia)."
    no_barrier(mai)
    code = counter.receive()
    no_barrier(mai)
    used = mai.page.locator(".checklist .used").count()
    assert used >= 2
    mai.press("p")
    mai.page.wait_for_url("**/print")
    no_barrier(mai)
    receipt = extract_text(io.BytesIO(mai.page.pdf()))
    assert "Ông/Bà chỉ cần mang" in receipt
    assert couple.groom.full_name in receipt
    for address in ("/search?q=nguyen", "/submissions"):
        mai.page.goto(address)
        no_barrier(mai)
    assert mai.complaints == lan.complaints == []
    _is_everywhere(data, where, code, used)
    _is_still_there(folder, code, couple)


def _is_everywhere(data: Path, where: str, code: str, used: int) -> None:
    """The reuse shows at the terminal, in the API, in the store; and when the database is gone."""
    at = {"SOHOA_DATA": str(data), "SOHOA_LANGUAGE": "vi", "SOHOA_UNIT": "H10"}
    printed = sohoa("show", code, **at).stdout
    assert printed.count("↺") == used
    secret = sohoa("token", "add", "một cửa", "--unit", "H10", "--scope", "check", **at).stdout.strip()
    answer = requests.get(
        f"{where}/api/v1/submissions/{code}/uses", headers={"Authorization": f"Bearer {secret}"}, timeout=20
    )
    assert answer.status_code == 200
    assert len(answer.json()) == used
    exported = json.loads(sohoa("submission", "export", code, **at).stdout)
    assert sum(part["DuocTaiSuDung"] > 0 for part in exported["TaiLieuNop"]) == used
    with open_archive(Settings(data=data)) as archive:
        held = [key for key in archive.store.keys(keys.SUBMISSIONS) if "/uses/" in key]
        events = [archive.get_record(key, ReuseEvent) for key in held]
    assert len(events) == used
    paper = events[0].paper_id
    assert events[0].id[:8] in sohoa("show", paper[:8], **at).stdout


def _is_still_there(folder: Path, code: str, couple: Couple) -> None:
    """The database gone and rebuilt from the store: as before."""
    data = folder / "data"
    at = {"SOHOA_DATA": str(data), "SOHOA_LANGUAGE": "vi", "SOHOA_UNIT": "H10"}
    before = sohoa("show", code, **at).stdout
    rebuilt = f"sqlite:///{folder / 'rebuilt.sqlite'}"
    sohoa("reindex", SOHOA_DATABASE_URL=rebuilt, **at)
    assert sohoa("show", code, SOHOA_DATABASE_URL=rebuilt, **at).stdout == before
    numbers = (couple.bride.personal_id, couple.groom.personal_id)
    again = sohoa("check", "1.000894", *numbers, SOHOA_DATABASE_URL=rebuilt, **at).stdout
    assert "Chỉ cần mang: Giấy xác nhận tình trạng hôn nhân" in again
