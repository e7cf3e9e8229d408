"""The one tree of errors. Each leaf is one thing that one kind of person can do something about.

SohoaError
├── BadInput                 a clerk's file; `schemas/file_errors.py`                exit 3
│   ├── EmptyFile  NotAFile  ForbiddenFile  UnreadableFile  UnknownFormat
│   ├── DamagedFile  EncryptedFile  TooLarge  ContainerFile: PortfolioFile  FormWithoutPages
├── ReadingFailed            a page a program could not read; a person looks       exit 3
│   ├── EngineFailed  TookTooLong  WorkerDied  DamagedPage  GaveUp
├── EnvironmentFaulty        an operator acts; `schemas/environment_errors.py`      exit 4
│   ├── ProgramMissing  ServiceFailed  DiskFull  CannotWrite  SettingWrong
│   ├── FolderNotOurs  FolderAway  SignerUnavailable
├── StoreFailed              object store or database; `schemas/store_errors.py`    exit 5
│   ├── StoreUnavailable  DatabaseUnavailable  ClaimLost
│   ├── ObjectMissing  ObjectAltered  ObjectExists  BackupDamaged
├── AtTheDesk                cannot be done so; `schemas/request_errors.py`        exit 8
│   ├── RecordChanged  NotTakenBack  ScanThereAlready  SignInRefused  AccountIdle  AccountRefused
│   ├── NotAllowed  ForeignRequest  MalformedRequest  IdempotencyConflict  AlreadyExists
│   ├── UploadRefused  ReuseRefused  SubmissionRefused  ProcedureRefused  AgencyRefused
│   ├── RegisterRefused
└── NotOnRecord              asked for something that was never taken in           exit 6
"""

from enum import StrEnum
from typing import ClassVar

from schemas.base.language import Bilingual


class Audience(StrEnum):
    """Who can do something about an error."""

    CLERK = "clerk"
    OFFICIAL = "official"
    AUDITOR = "auditor"
    OPERATOR = "operator"


class SohoaError(Exception):
    """Never raised itself. `subject` is what it happened to, `detail` what a program said of it.

    Subjects are file names, keys and ids, never a person's data, so that errors may be logged.
    """

    code: ClassVar[str] = "error"
    audience: ClassVar[Audience] = Audience.OPERATOR
    retryable: ClassVar[bool] = False
    exit_code: ClassVar[int] = 1
    http_status: ClassVar[int] = 500
    """RFC 9110; of an answer of the desk or the API."""
    sentence: ClassVar[Bilingual] = Bilingual(vi="Lỗi: {subject}", en="Error: {subject}")

    def __init__(self, subject: str, detail: str = "") -> None:
        super().__init__(subject, detail)
        self.subject = subject
        self.detail = detail

    @property
    def message(self) -> Bilingual:
        """What happened, to what, and what to do, in both languages."""
        tail = f" ({self.detail})" if self.detail else ""
        return Bilingual(
            vi=self.sentence.vi.format(subject=self.subject) + tail,
            en=self.sentence.en.format(subject=self.subject) + tail,
        )

    def __str__(self) -> str:
        return self.message.en


class BadInput(SohoaError):
    """Something about a received file. It is kept, and the batch goes on."""

    code = "bad_input"
    audience = Audience.CLERK
    exit_code = 3


class ReadingFailed(SohoaError):
    """A page that a program could not read. The page is kept and goes to a person."""

    code = "reading_failed"
    audience = Audience.CLERK
    exit_code = 3


class EngineFailed(ReadingFailed):
    """The recognition program ended with an error or was killed."""

    code = "engine_failed"
    retryable = True
    sentence = Bilingual(
        vi="{subject}: chương trình nhận dạng dừng giữa chừng. Chạy `sohoa resume` để đọc lại.",
        en="{subject}: the recognition program ended early. `sohoa resume` reads it again.",
    )


class TookTooLong(ReadingFailed):
    """Longer than `page_timeout_seconds`; the worker was ended."""

    code = "took_too_long"
    sentence = Bilingual(
        vi="{subject}: đọc quá lâu nên đã dừng. Hãy kiểm tra trang này.",
        en="{subject}: took too long and was stopped. Look at this page.",
    )


class WorkerDied(ReadingFailed):
    """The worker process ended while it had this page: out of memory, or a crash in a library."""

    code = "worker_died"
    sentence = Bilingual(
        vi="{subject}: tiến trình đọc bị dừng đột ngột. Hãy kiểm tra trang này.",
        en="{subject}: the reading process ended abruptly. Look at this page.",
    )


class DamagedPage(ReadingFailed):
    """A page of a file that is broken there: some of it was seen."""

    code = "damaged_page"
    sentence = Bilingual(
        vi="{subject}: trang hỏng trong tệp, có thể thiếu nội dung. Hãy quét lại trang này.",
        en="{subject}: the file is broken at this page and some of it may be missing. Scan it again.",
    )


class GaveUp(ReadingFailed):
    """Whoever began the stack was lost, several times over: it may be what kills them."""

    code = "gave_up"
    sentence = Bilingual(
        vi="{subject}: máy đọc dừng đột ngột mỗi lần mở xấp này. Hãy kiểm tra tệp; `sohoa resume` thử lại.",
        en="{subject}: readers ended abruptly at this stack. Look at its files; `sohoa resume` tries again.",
    )


class EnvironmentFaulty(SohoaError):
    """Something the operator has to mend before anything can go on."""

    code = "environment_faulty"
    exit_code = 4


class StoreFailed(SohoaError):
    """The object store or the database did not do what it was asked."""

    code = "store_failed"
    exit_code = 5
    http_status = 503


class NotOnRecord(SohoaError):
    """No batch, dossier or paper of that name."""

    code = "not_on_record"
    http_status = 404
    audience = Audience.OFFICIAL
    exit_code = 6
    sentence = Bilingual(
        vi="Không có trong kho: {subject}. Hãy thử `sohoa search`.",
        en="Not on record: {subject}. Try `sohoa search`.",
    )
