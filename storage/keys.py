"""Names of objects: what stands where in the bucket (`docs/storage.md` shows it)."""

from schemas.paper import PageRef

BATCHES = "batches/"
DOSSIERS = "dossiers/"
PAPERS = "papers/"
SCANS = "scans/"
VIEWS = "views/"
AUDIT = "audit/"
SUBMISSIONS = "submissions/"
LINKS = "links/"
REVOCATIONS = "revocations/"
UNDONE = "undone/"
PROCEDURES = "procedures/"
REGISTER = "register/"
AGENCIES = "agencies/"
SEALS = "seals/"
REPORTS = "reports/"
INSPECTIONS = "inspections/"
STAMPS = "stamps/"
SWEEPS = "fixity/sweeps/"
DIGESTS = "fixity/digests/"
LOSSES = "fixity/losses/"
DAMAGED = "fixity/damaged/"


def scan(sha256: str) -> str:
    """A file exactly as received."""
    return f"{SCANS}{sha256}"


def view(sha256: str) -> str:
    """The upright page as people see it, named by its bytes."""
    return f"{VIEWS}{sha256}.jpg"


def text(page: PageRef) -> str:
    """A page as read under a reading key."""
    return f"texts/{page.scan}/{page.page_number:05d}/{page.reading_key}.json"


def batch(batch_id: str) -> str:
    """The batch's own record."""
    return f"{BATCHES}{batch_id}/batch.json"


def receipt(batch_id: str, receipt_id: str) -> str:
    """What was handed in, taken or refused."""
    return f"{BATCHES}{batch_id}/receipts/{receipt_id}.json"


def arrival(batch_id: str, arrival_id: str) -> str:
    """What was handed in through the browser and waits to be opened."""
    return f"{BATCHES}{batch_id}/arrivals/{arrival_id}.json"


def listing(batch_id: str, listing_id: str) -> str:
    """What lay in the folders that were handed in; without an id, where these lie."""
    return f"{BATCHES}{batch_id}/listings/{listing_id}{'.json' if listing_id else ''}"


def sample(batch_id: str, sample_id: str) -> str:
    """An acceptance sample as drawn."""
    return f"{BATCHES}{batch_id}/samples/{sample_id}.json"


def sample_result(batch_id: str, sample_id: str) -> str:
    """What an acceptance sample found."""
    return f"{BATCHES}{batch_id}/samples/{sample_id}.result.json"


def dossier(dossier_id: str, revision: int) -> str:
    """One revision of a dossier's record."""
    return f"{DOSSIERS}{dossier_id}/r{revision}.json"


def arrangement(batch_id: str, number: int) -> str:
    """How a person laid dossiers of the batch, the n-th time."""
    return f"{BATCHES}{batch_id}/arrangements/{number:09d}.json"


def dossier_arrangements(dossier_id: str) -> str:
    """Below it lies how people laid one dossier, as versions before arrangements of a batch kept it."""
    return f"{DOSSIERS}{dossier_id}/arrangements/"


def paper(paper_id: str, revision: int, suffix: str = "json") -> str:
    """One revision of a paper: `json` the record, `pdf` PDF/A-2b, `alto.xml` ALTO 4."""
    return f"{PAPERS}{paper_id}/r{revision}.{suffix}"


def submission(submission_id: str) -> str:
    """A dossier received at the counter."""
    return f"{SUBMISSIONS}{submission_id}/submission.json"


def use(submission_id: str, event_id: str) -> str:
    """A component of it served from file or by data (`use`), or asked for all the same."""
    return f"{SUBMISSIONS}{submission_id}/uses/{event_id}.json"


def link(link_id: str) -> str:
    """Two numbers that an official proved to be one person's."""
    return f"{LINKS}{link_id}.json"


def revocation(revocation_id: str) -> str:
    """A paper's force ended by an authority."""
    return f"{REVOCATIONS}{revocation_id}.json"


def undone(of: str) -> str:
    """A link, revocation or use that no longer counts."""
    return f"{UNDONE}{of}.json"


def procedure(code: str, number: int) -> str:
    """The n-th edition of a procedure that this office entered."""
    return f"{PROCEDURES}{code}/{number:05d}.json"


def register_import(import_id: str) -> str:
    """What a file brought into the register; ids are in the order of imports."""
    return f"{REGISTER}{import_id}/import.json"


def register_segment(import_id: str, number: int) -> str:
    """The n-th thousands of its dossiers, gzip."""
    return f"{REGISTER}{import_id}/{number:06d}.json.gz"


def agencies(number: int) -> str:
    """The office's n-th table of units."""
    return f"{AGENCIES}{number:05d}.json"


def report(report_id: str, kind: str) -> str:
    """A report in one of its forms: json, csv, xlsx, pdf."""
    return f"{REPORTS}{report_id}/report.{kind}"


def report_made(report_id: str) -> str:
    """Who made it, and the hashes of its forms."""
    return f"{REPORTS}{report_id}/made.json"


def inspection(inspection_id: str) -> str:
    """A sample of papers that an auditor drew."""
    return f"{INSPECTIONS}{inspection_id}/inspection.json"


def inspected(inspection_id: str, number: int) -> str:
    """What was said of its n-th paper."""
    return f"{INSPECTIONS}{inspection_id}/{number:05d}.json"


def seal(number: int) -> str:
    """The n-th seal of the audit trail, signed."""
    return f"{SEALS}{number:06d}.json"


def stamp(number: int) -> str:
    """The time stamp (RFC 3161) of the n-th seal."""
    return f"{STAMPS}{number:06d}.tsr"


def sealed_events(number: int) -> str:
    """The events that it closes, one a line, gzip."""
    return f"{SEALS}{number:06d}.events.gz"


def sweep(number: int) -> str:
    """What the n-th slice of hashing the store again found."""
    return f"{SWEEPS}{number:08d}.json"


def digests(sha256: str) -> str:
    """Hashes of objects seen for the first time, gzip; named by what they say."""
    return f"{DIGESTS}{sha256}.gz"


def loss(loss_id: str) -> str:
    """An object found altered or missing."""
    return f"{LOSSES}{loss_id}.json"


def repair(loss_id: str) -> str:
    """Where its bytes came back from."""
    return f"{LOSSES}{loss_id}.repair.json"


def damaged(loss_id: str) -> str:
    """The bytes that stood in its place."""
    return f"{DAMAGED}{loss_id}"


def foreign_event(number: int, sha256: str) -> str:
    """What stood where an event should, and none of us wrote."""
    return f"{DAMAGED}event-{number:012}-{sha256}"


def number_in(key: str, prefix: str) -> int | None:
    """The number in the key of an event or a seal; None for any other key."""
    number = key.removeprefix(prefix).removesuffix(".json")
    return int(number) if number.isdecimal() and key.endswith(".json") else None


def audit(number: int) -> str:
    """One event of the audit chain."""
    return f"{AUDIT}{number:012d}.json"
