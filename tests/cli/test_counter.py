"""The counter's commands: procedures from the portal's files, tokens, webhooks, the portal's record."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
import yaml
from commandline import lines, sohoa
from listener import Listener, listening

from application.one_stop import CheckRequest, OneStopCounter
from rules.reuse.completeness import ReuseRequirements
from schemas.account import Actor, Role
from schemas.settings import Settings
from schemas.subject import identity_of
from storage.access.accounts import new_account
from storage.opening import open_archive
from storage.records.procedures import Procedures

HEAD = ("Mã thủ tục", "Tên thủ tục", "Lĩnh vực", "Cấp thực hiện", "Tên giấy tờ", "Số bản chính", "Số bản sao")
ROWS = [
    ("3.000111", "Cấp thẻ thử", "Thử", "Cấp Tỉnh", "Đơn đề nghị cấp thẻ", 1, 0),
    ("3.000111", "Cấp thẻ thử", "Thử", "Cấp Tỉnh", "Giấy khai sinh", 1, 1),
    ("3.000111", "Cấp thẻ thử", "Thử", "Cấp Tỉnh", "Xuất trình thẻ cũ nếu có", 0, 0),
]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("counter") / "data"


def write(folder: Path, ending: str) -> Path:
    """The same procedure in each of the portal's shapes."""
    file = folder / f"tthc.{ending}"
    if ending == "csv":
        with file.open("w", encoding="utf-8-sig", newline="") as out:
            csv.writer(out, delimiter=";").writerows([HEAD, *ROWS])
    elif ending == "xlsx":
        book = openpyxl.Workbook()
        for row in (HEAD, *ROWS):
            book.worksheets[0].append(row)
        book.save(file)
    else:
        papers = " ".join(f"- {row[4]} {row[5]} bản chính, {row[6]} bản sao" for row in ROWS)
        known = {"ma_thu_tuc": "3.000111", "ten_thu_tuc": "Cấp thẻ thử", "linh_vuc": "Thử"}
        known["thanh_phan_ho_so"] = papers
        file.write_text(json.dumps({"data": [known]}, ensure_ascii=False))
    return file


@pytest.mark.parametrize("ending", ["csv", "xlsx", "json"])
def test_procedures_come_from_the_portals_files(tmp_path: Path, data: Path, ending: str) -> None:
    told = sohoa("procedures", "import", write(tmp_path, ending), "--dry-run", "--data", data)
    assert "3.000111  Cấp thẻ thử: 2 giấy, 1 lưu ý" in told.stdout
    sohoa("procedures", "import", write(tmp_path, ending), "--data", data)
    shown = yaml.safe_load(sohoa("procedures", "show", "3.000111", "--data", data).stdout)
    form, birth = shown["cases"][0]["components"]
    assert form["made_anew"]
    assert birth["document_type"] == "birth_certificate"
    assert shown["cases"][0]["notes"] == ["Xuất trình thẻ cũ nếu có"]
    again = sohoa("procedures", "import", write(tmp_path, ending), "--data", data)
    assert "Đã nhập 0 thủ tục" in again.stdout


def test_an_office_edits_a_procedure_as_a_file(tmp_path: Path, data: Path) -> None:
    edition = yaml.safe_load(sohoa("procedures", "show", "2.000815", "--data", data).stdout)
    edition["days"], edition["checked"] = 2, True
    file = tmp_path / "own.yaml"
    file.write_text(yaml.safe_dump(edition, allow_unicode=True))
    sohoa("procedures", "import", file, "--data", data)
    (found,) = lines(sohoa("procedures", "list", "2.000815", "--json", "--data", data))
    assert (found["days"], found["checked"]) == (2, True)
    listed = sohoa("procedures", "list", "--on", "2022-05-01", "--data", data).stdout
    assert "1.012783" not in listed
    assert "1.000894" in listed


def test_a_bad_file_is_told_and_changes_nothing(tmp_path: Path, data: Path) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text('{"data": [{"ma": "12", "ten": "x"}]}')
    assert "bad.json" in sohoa("procedures", "import", bad, "--data", data, status=8).stderr
    bad.write_text("{")
    sohoa("procedures", "import", bad, "--data", data, status=3)
    (tmp_path / "x.xlsx").write_bytes(b"PK\x03\x04nothing")
    sohoa("procedures", "import", tmp_path / "x.xlsx", "--data", data, status=3)
    (tmp_path / "x.doc").write_bytes(b"x")
    sohoa("procedures", "import", tmp_path / "x.doc", "--data", data, status=3)
    sohoa("procedures", "show", "7.000001", "--data", data, status=6)


def test_tokens_and_webhooks_are_kept_at_the_terminal(data: Path) -> None:
    add = ("token", "add", "mc", "--unit", "H10", "--scope", "check")
    secret = sohoa(*add, "--scope", "search", "--data", data)
    assert secret.stdout.startswith("sohoa_")
    sohoa(*add, "--data", data, status=8)
    (listed,) = lines(sohoa("token", "list", "--json", "--data", data))
    assert sorted(listed["scopes"]) == ["check", "search"]
    assert secret.stdout.strip() not in json.dumps(listed)
    sohoa("token", "revoke", "mc", "--data", data)
    assert lines(sohoa("token", "list", "--json", "--data", data))[0]["revoked_at"]
    sohoa("token", "revoke", "nobody", "--data", data, status=6)
    hook = ("webhook", "add", "http://127.0.0.1:9/x", "--unit", "H10", "--data", data)
    sohoa(*hook, status=4)
    allowed = sohoa(*hook, SOHOA_WEBHOOKS__NETWORKS='["127.0.0.0/8"]')
    assert allowed.stdout.startswith("whsec_")
    sohoa("webhook", "add", "ftp://x", "--unit", "H10", "--data", data, status=4)
    assert "127.0.0.1:9" in sohoa("webhook", "list", "--data", data).stdout
    sohoa("webhook", "remove", "http://127.0.0.1:9/x", "--data", data)
    sohoa("webhook", "remove", "http://127.0.0.1:9/x", "--data", data, status=6)


@pytest.fixture
def portal() -> Iterator[Listener]:
    """A stand-in for the National Portal's door."""
    with listening() as made:
        yield made


def test_a_dossier_goes_to_the_portal_in_its_names(tmp_path: Path, portal: Listener) -> None:
    data = tmp_path / "data"
    with open_archive(Settings(data=data)) as archive:
        account = new_account("thu", "Thu", "H10.15", Role.OFFICIAL)
        counter = OneStopCounter(archive, Procedures(archive), account, ReuseRequirements())
        wanted = CheckRequest(procedure="2.000815", parties={"applicant": identity_of("001190012345")})
        code = counter.open(wanted, "", Actor(login="thu")).code
    at = {"SOHOA_DATA": str(data), "SOHOA_UNIT": "H10", "SOHOA_PORTAL__URL": portal.url}
    sohoa("submission", "export", code, "--send", SOHOA_PORTAL__TOKEN="key", **at)
    ((headers, body),) = portal.taken
    taken = json.loads(body)
    assert headers["Authorization"] == "Bearer key"
    assert (taken["MaHoSo"], taken["MaTTHC"], taken["KenhThucHien"]) == (code, "2.000815", 1)
    assert [part["MaThanhPhanHoSo"] for part in taken["TaiLieuNop"]] == ["original"]
    portal.failing = 1
    assert "portal.url" in sohoa("submission", "export", code, "--send", status=5, **at).stderr
    sohoa("submission", "export", "H10-261122-9999", status=6, **at)
