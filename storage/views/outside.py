"""A batch counted from the outside: what lay in the folder, what the files say, what people counted.

The other balance adds up what was entered. This one asks whether everything that lay there was.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath
from time import monotonic

from sqlalchemy import func, select

from schemas.base.ids import derive_id, sha256_of
from schemas.base.language import Bilingual
from schemas.batch import Balance, Difference, Listing, Outside, Receipt
from storage import keys
from storage.archive.archive import Archive
from storage.archive.receipts import batch_receipts
from storage.database.tables.intake import PageRow, ReceiptRow
from storage.database.tables.papers import DossierRow
from storage.files.scan_folders import find_files
from storage.records.handing_in import REASON, digest_of

_SHOWN = 200
"""Differences that are told one by one."""
_KEPT_SECONDS = 30.0
_REPLACED = ("rescanned", "superseded")
"""Pages for which others stand."""


def note_listing(archive: Archive, batch_id: str, names: Sequence[str], left_alone: int) -> None:
    """Keep what lies in the folders that are handed in, before the first file is read."""
    listing_id = derive_id("listing", batch_id, sha256_of("\x1f".join(names).encode()), left_alone)
    listing = Listing(id=listing_id, batch_id=batch_id, names=tuple(names), left_alone=left_alone)
    archive.keep_first(keys.listing(batch_id, listing_id), listing)


def with_outside(archive: Archive, balance: Balance) -> Balance:
    """`balance` with the count from the outside, and every difference between the two."""
    batch = balance.batch
    receipts = batch_receipts(archive.database, batch.id)
    listings = [archive.get_record(key, Listing) for key in archive.store.keys(keys.listing(batch.id, ""))]
    seen = {name for listing in listings for name in listing.names}
    left_alone = max((listing.left_alone for listing in listings), default=0)
    now = _as_they_are(receipts)
    pages = _pages_of(archive, [receipt.id for receipt in now])
    differences = [
        *_not_taken(seen, receipts),
        *_miscounted(now, pages),
        *_inside(now, receipts),
        *_separators(archive, batch.id),
        *_hand_counts(archive, balance),
    ]
    outside = Outside(
        files_seen=len(seen),
        files_left_alone=left_alone,
        pages=sum(_declared(receipt) for receipt in now),
        attachments=sum(len(receipt.scan.attachments) for receipt in now if receipt.scan),
        differences=_told(differences),
    )
    return balance.with_changes(outside=outside)


def unrecorded(archive: Archive, paths: Sequence[Path]) -> Iterator[Difference]:
    """Files below `paths` whose bytes are on no receipt; those that a hot folder moved, too.

    What could not be read when it was handed in (empty, too large) is known by its name.
    """
    for item in find_files(paths):
        if item.name.endswith(REASON):
            continue
        digest = digest_of(item)
        query = select(ReceiptRow.id).where(ReceiptRow.sha256 == digest)
        by_name = select(ReceiptRow.id).where(
            ReceiptRow.sha256.is_(None), ReceiptRow.record["name"].as_string() == item.name
        )
        with archive.database.session() as session:
            known = session.scalar(query.limit(1)) or session.scalar(by_name.limit(1))
        if known is None:
            yield _difference(
                "not_on_record",
                f"{item.name}: nằm đó mà không có trong hồ sơ ghi nhận. Hãy số hóa tệp này.",
                f"{item.name}: lies there and is not on record. Digitise it.",
            )


class Outsides:
    """Counts from the outside, each kept for a while: a page that stays open asks every second."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._kept: dict[str, tuple[Balance, float, Balance]] = {}

    def of(self, balance: Balance) -> Balance:
        """`balance` with the count from the outside, at most half a minute old."""
        before, at, answer = self._kept.get(balance.batch.id, (None, 0.0, balance))
        if before != balance or monotonic() - at > _KEPT_SECONDS:
            answer = with_outside(self._archive, balance)
            self._kept[balance.batch.id] = (balance, monotonic(), answer)
        return answer


def _as_they_are(receipts: Iterable[Receipt]) -> list[Receipt]:
    """Taken files, of each the last version."""
    taken = [receipt for receipt in receipts if receipt.scan and not receipt.linked_to]
    before = {receipt.supersedes for receipt in taken}
    return [receipt for receipt in taken if receipt.id not in before]


def _declared(receipt: Receipt) -> int:
    scan = receipt.scan
    return (scan.page_count if scan.pages_declared is None else scan.pages_declared) if scan else 0


def _pages_of(archive: Archive, receipt_ids: Sequence[str]) -> Counter[str]:
    """Pages on record of each file, wherever they were laid since."""
    counts: Counter[str] = Counter()
    with archive.database.session() as session:
        for start in range(0, len(receipt_ids), _SHOWN):
            some = PageRow.receipt_id.in_(receipt_ids[start : start + _SHOWN])
            query = select(PageRow.receipt_id, func.count()).where(some).group_by(PageRow.receipt_id)
            counts.update(dict(session.execute(query).tuples().all()))
    return counts


def _not_taken(seen: set[str], receipts: Iterable[Receipt]) -> Iterator[Difference]:
    for name in sorted(seen - {receipt.name for receipt in receipts}):
        yield _difference(
            "not_taken",
            f"{name}: nằm trong thư mục mà chưa được nhận. Hãy số hóa lại thư mục đó.",
            f"{name}: lay in the folder and was not taken. Digitise that folder again.",
        )


def _miscounted(receipts: Iterable[Receipt], pages: Counter[str]) -> Iterator[Difference]:
    for receipt in receipts:
        scan = receipt.scan
        if scan is None:
            continue
        if pages[receipt.id] != scan.page_count:
            on_record = pages[receipt.id]
            yield _difference(
                "pages_missing",
                f"{receipt.name}: tệp có {scan.page_count} trang, ghi nhận {on_record}. "
                "Chạy `sohoa reindex`.",
                f"{receipt.name}: the file has {scan.page_count} pages, {on_record} are on record. "
                "Run `sohoa reindex`.",
            )
        if _declared(receipt) != scan.page_count:
            yield _difference(
                "pages_unreachable",
                f"{receipt.name}: tệp tự ghi {_declared(receipt)} trang, chỉ mở được "
                f"{scan.page_count}. Hãy so với bản giấy, cần thì quét lại.",
                f"{receipt.name}: the file says {_declared(receipt)} pages, {scan.page_count} can be "
                "opened. Compare with the paper, scan again if need be.",
            )


def _inside(now: Iterable[Receipt], receipts: Iterable[Receipt]) -> Iterator[Difference]:
    """Files inside files, until files of their names are handed in."""
    handed_in = {PurePosixPath(receipt.name).name for receipt in receipts}
    for receipt in now:
        for name in receipt.scan.attachments if receipt.scan else ():
            if PurePosixPath(name).name not in handed_in:
                yield _difference(
                    "attachment",
                    f"{receipt.name}: có tệp đính kèm {name} bên trong. Hãy lưu ra và nộp vào lô.",
                    f"{receipt.name}: the file {name} lies inside it. Save it and hand it in.",
                )


def _separators(archive: Archive, batch_id: str) -> Iterator[Difference]:
    said = DossierRow.record["pages_expected"].as_integer()
    query = select(DossierRow.record).where(DossierRow.batch_id == batch_id, said.is_not(None))
    with archive.database.session() as session:
        records = list(session.scalars(query))
    for record in records:
        expected, scanned = record["pages_expected"], len(record["pages"])
        if expected != scanned:
            yield _difference(
                "separator_count",
                f"Hồ sơ {record['name']}: tờ phân cách ghi {expected} trang, quét được {scanned}.",
                f"Dossier {record['name']}: its separator says {expected} pages, {scanned} came.",
            )


def _hand_counts(archive: Archive, balance: Balance) -> Iterator[Difference]:
    batch = balance.batch
    replaced = PageRow.refusal["code"].as_string().in_(_REPLACED)
    query = select(func.count()).where(PageRow.batch_id == batch.id, replaced)
    with archive.database.session() as session:
        sides = balance.pages - (session.scalar(query) or 0)
    if batch.pages_expected not in (None, sides):
        yield _hand_count(
            f"{batch.pages_expected} trang, lô có {sides}.",
            f"{batch.pages_expected} pages, the batch has {sides}.",
        )
    if batch.dossiers_expected not in (None, balance.dossiers):
        yield _hand_count(
            f"{batch.dossiers_expected} hồ sơ, lô có {balance.dossiers}. "
            "Thiếu tờ phân cách thì tách ở bàn xếp.",
            f"{batch.dossiers_expected} dossiers, the batch has {balance.dossiers}. "
            "Where a separator is missing, split at the table.",
        )


def _hand_count(vi: str, en: str) -> Difference:
    return _difference("hand_count", f"Đếm tay {vi}", f"By the delivery note {en}")


def _difference(code: str, vi: str, en: str) -> Difference:
    return Difference(code=code, message=Bilingual(vi=vi, en=en))


def _told(differences: Sequence[Difference]) -> tuple[Difference, ...]:
    rest = len(differences) - _SHOWN
    if rest <= 0:
        return tuple(differences)
    more = _difference("more", f"… và {rest} chỗ nữa.", f"… and {rest} more.")
    return (*differences[:_SHOWN], more)
