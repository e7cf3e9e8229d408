"""Batches, received files and scans: what came in, and what became of each sheet."""

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from schemas.base.language import Bilingual
from schemas.base.model import Frozen


class MediaType(StrEnum):
    """Formats taken in, told by content and never by name."""

    PDF = "application/pdf"
    TIFF = "image/tiff"
    JPEG = "image/jpeg"
    PNG = "image/png"
    WEBP = "image/webp"
    HEIF = "image/heic"
    """As telephones take pictures (ISO/IEC 23008-12)."""


class Batch(Frozen):
    """One scanning run of a clerk."""

    id: str
    name: str
    unit: str
    created_at: datetime
    created_by: str = ""
    procedure: str = ""
    pages_expected: int | None = Field(None, ge=0)
    dossiers_expected: int | None = Field(None, ge=0)


class Scan(Frozen):
    """A file's bytes exactly as received, named by their SHA-256."""

    sha256: str
    media_type: MediaType
    size_bytes: int = Field(ge=0)
    page_count: int = Field(ge=1)
    pages_declared: int | None = None
    """How many the file itself says it has, when it says so."""
    attachments: tuple[str, ...] = ()
    """Names of files inside it: no pages of it, and papers only when they are handed in themselves."""


class Listing(Frozen):
    """Files that lay in a folder when it was handed in, by name; written before the first is read."""

    id: str
    batch_id: str
    names: tuple[str, ...]
    left_alone: int


class Refusal(Frozen):
    """Why a file or a page was not read."""

    code: str
    message: Bilingual


class PagePlace(Frozen):
    """A page by its place: which file, which page of it."""

    scan: str
    page_number: int = Field(ge=1)


class Arrival(Frozen):
    """A file that reached the store and waits to be opened; its id is that of the receipt to come.

    `replaces` is the page that this one was scanned again for.
    """

    id: str
    batch_id: str
    stack: str
    position: int = Field(ge=1)
    name: str
    sha256: str
    arrived_at: datetime
    replaces: PagePlace | None = None


class Receipt(Frozen):
    """One file as handed in. Exactly one of `scan` (taken) and `refusal` is set.

    `name` is the file's path below the folder the clerk named, as data: it never opens a file.
    `sha256` is kept for refused files too when their bytes could be read (the object is kept).
    `linked_to` is the receipt that brought the same bytes into the same stack before: the sheet is there.
    Receipts of earlier versions may name one of another stack.
    """

    id: str
    batch_id: str
    stack: str
    position: int = Field(ge=1)
    name: str
    received_at: datetime
    sha256: str | None = None
    scan: Scan | None = None
    linked_to: str | None = None
    refusal: Refusal | None = None
    replaces: PagePlace | None = None
    """The page that was scanned again as this file."""
    source: str = ""
    """Stands for the folder that its stack lay in; empty when it came through the browser."""
    supersedes: str | None = None
    """The receipt of the same file as it was before it grew: its pages are no part of anything any more."""


class Outcome(StrEnum):
    """Where every page is: in exactly one of these (promise 1)."""

    WAITING = "waiting"
    READ = "read"
    NEEDS_PERSON = "needs_person"
    REJECTED = "rejected"


class Difference(Frozen):
    """Something that lay there and is not on record, or not as it lay there: what, where, what to do."""

    code: str
    message: Bilingual


class Outside(Frozen):
    """What a batch should hold, counted from the outside: in folders, in files, by who gave it."""

    files_seen: int
    """In the folders that were named, when they were handed in."""
    files_left_alone: int
    """Hidden ones, and those that file servers and programs leave behind."""
    pages: int
    """Of the files that were taken, by each file's own count."""
    attachments: int
    """Files inside files."""
    differences: tuple[Difference, ...] = ()


class Balance(Frozen):
    """`sohoa balance`: nothing is lost when both sums add up, and the count from the outside is the same."""

    batch: Batch
    files: int
    files_taken: int
    files_linked: int
    files_refused: int
    pages: int
    pages_waiting: int
    pages_read: int
    pages_needing_person: int
    pages_rejected: int
    pages_blank: int
    """Blank pages and separators, which are pages read as well."""
    dossiers: int
    papers: int
    papers_to_review: int
    outside: Outside | None = None
    """None while nobody asked for it."""

    @property
    def adds_up(self) -> bool:
        """Every file and every page is in exactly one place, and nothing is missing that lay there."""
        if self.outside and self.outside.differences:
            return False
        files = self.files_taken + self.files_linked + self.files_refused
        pages = self.pages_waiting + self.pages_read + self.pages_needing_person + self.pages_rejected
        return files == self.files and pages == self.pages
