"""The one tree of errors. Each leaf is one thing that one kind of person can do something about.

SohoaError
├── BadInput                 a clerk's file; `schemas/file_errors.py`                exit 3
│   ├── EmptyFile  NotAFile  ForbiddenFile  UnreadableFile  UnknownFormat
│   ├── DamagedFile  EncryptedFile  TooLarge  ContainerFile: PortfolioFile  FormWithoutPages
├── ReadingFailed            a page a program could not read; a person looks       exit 3
│   ├── EngineFailed  TookTooLong  WorkerDied  DamagedPage  GaveUp
├── EnvironmentFaulty        an operator installs, mounts or starts something      exit 4
│   ├── ProgramMissing  ServiceFailed  DiskFull  CannotWrite  SettingWrong
│   ├── FolderNotOurs  FolderAway  SignerUnavailable
├── StoreFailed              the object store or the database                      exit 5
│   ├── StoreUnavailable  DatabaseUnavailable  ClaimLost
│   ├── ObjectMissing  ObjectAltered  ObjectExists  BackupDamaged
├── AtTheDesk                cannot be done so; `schemas/request_errors.py`        exit 8
│   ├── RecordChanged  NotTakenBack  ScanThereAlready  SignInRefused  AccountIdle  AccountRefused
│   ├── NotAllowed  ForeignRequest  MalformedRequest  IdempotencyConflict  AlreadyExists
│   ├── UploadRefused  ReuseRefused  SubmissionRefused  ProcedureRefused  AgencyRefused
│   ├── RegisterRefused
└── NotOnRecord              asked for something that was never taken in           exit 6
"""

import errno
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


class ProgramMissing(EnvironmentFaulty):
    """A local program or its language data is not installed."""

    code = "program_missing"
    sentence = Bilingual(
        vi="Thiếu chương trình {subject}. Chạy `sohoa doctor` để biết lệnh cài.",
        en="{subject} is not installed. `sohoa doctor` names the command that mends it.",
    )


class ServiceFailed(EnvironmentFaulty):
    """A program of ours did not start, or ended by itself."""

    code = "service_failed"
    retryable = True
    sentence = Bilingual(
        vi="{subject}: không khởi động được hoặc đã tự dừng. Xem nhật ký của nó rồi chạy lại.",
        en="{subject}: did not start, or ended by itself. See its log, then start again.",
    )


class CannotWrite(EnvironmentFaulty):
    """A folder or file that may not be written: permission, a read-only disk, a name too long."""

    code = "cannot_write"
    retryable = True
    sentence = Bilingual(
        vi="{subject}: không ghi được. Kiểm tra quyền và ổ đĩa rồi chạy lại; tệp đã nhận không mất.",
        en="{subject}: cannot be written. Check permissions and disk, then run again; nothing is lost.",
    )


class DiskFull(EnvironmentFaulty):
    """No space left; nothing that was acknowledged is lost."""

    code = "disk_full"
    retryable = True
    sentence = Bilingual(
        vi="Hết chỗ trên đĩa: {subject}. Giải phóng chỗ rồi chạy `sohoa resume`.",
        en="No space left on the disk: {subject}. Free some, then run `sohoa resume`.",
    )


class SettingWrong(EnvironmentFaulty):
    """A setting or a catalogue file that cannot be used."""

    code = "setting_wrong"
    sentence = Bilingual(
        vi="Thiết lập sai: {subject}. Hãy sửa rồi chạy lại.", en="Wrong setting: {subject}. Correct it."
    )


class FolderNotOurs(EnvironmentFaulty):
    """A link, or another user's folder, where only we may put files: its owner could take them away."""

    code = "folder_not_ours"
    sentence = Bilingual(
        vi="{subject}: là liên kết hoặc người khác ghi được. Hãy xóa hay đổi tên; tệp vẫn nằm nguyên chỗ.",
        en="{subject}: a link, or writable by others. Remove or rename it; the files lie where they lay.",
    )


class FolderAway(EnvironmentFaulty):
    """A hot folder that cannot be opened: a network share that is gone."""

    code = "folder_away"
    sentence = Bilingual(
        vi="{subject}: không mở được thư mục. Hãy nối lại ổ mạng hoặc cấp quyền; tệp trong đó vẫn nguyên.",
        en="{subject}: the folder cannot be opened. Mount the share again or grant permission; the files "
        "in it are untouched.",
    )


class StoreFailed(SohoaError):
    """The object store or the database did not do what it was asked."""

    code = "store_failed"
    exit_code = 5
    http_status = 503


class StoreUnavailable(StoreFailed):
    """No answer from the object store."""

    code = "store_unavailable"
    retryable = True
    sentence = Bilingual(
        vi="Kho đối tượng không trả lời: {subject}. Khởi động lại kho rồi chạy `sohoa resume`.",
        en="The object store does not answer: {subject}. Start it, then run `sohoa resume`.",
    )


class DatabaseUnavailable(StoreFailed):
    """No answer from the database."""

    code = "database_unavailable"
    retryable = True
    sentence = Bilingual(
        vi="Cơ sở dữ liệu không trả lời: {subject}. Khởi động lại rồi chạy `sohoa resume`.",
        en="The database does not answer: {subject}. Start it, then run `sohoa resume`.",
    )


class ClaimLost(StoreFailed):
    """A worker that was believed dead wants to file a stack that another has by now: nothing was entered."""

    code = "claim_lost"
    sentence = Bilingual(
        vi="Xấp {subject} đã giao cho tiến trình khác; không ghi gì. Không cần làm gì thêm.",
        en="Another worker has the stack {subject} by now; nothing was entered. There is nothing to do.",
    )


class ObjectMissing(StoreFailed):
    """A key the ledger knows is not in the store."""

    code = "object_missing"
    audience = Audience.AUDITOR
    sentence = Bilingual(
        vi="Kho thiếu đối tượng {subject}. Hãy phục hồi từ bản sao lưu.",
        en="The store lacks the object {subject}. Restore it from the backup.",
    )


class ObjectAltered(StoreFailed):
    """The bytes read are not the bytes written (SHA-256 differs)."""

    code = "object_altered"
    http_status = 500
    audience = Audience.AUDITOR
    sentence = Bilingual(
        vi="Đối tượng {subject} đã bị thay đổi so với lúc lưu. Hãy phục hồi từ bản sao lưu.",
        en="The object {subject} differs from what was stored. Restore it from the backup.",
    )


class ObjectExists(StoreFailed):
    """A write-once key already holds other bytes."""

    code = "object_exists"
    sentence = Bilingual(
        vi="Khóa {subject} đã có nội dung khác; không ghi đè.",
        en="The key {subject} already holds other bytes; nothing was overwritten.",
    )


class BackupDamaged(StoreFailed):
    """A file of a backup is missing or not what its signed manifest says."""

    code = "backup_damaged"
    sentence = Bilingual(
        vi="Bản sao lưu {subject} thiếu hoặc bị thay đổi. Hãy dùng bản sao khác.",
        en="The backup {subject} is missing something or was altered. Use another copy.",
    )


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


def write_error(subject: str, error: OSError) -> EnvironmentFaulty:
    """Why `subject` could not be written: no space left, or anything else."""
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    return (DiskFull if full else CannotWrite)(subject, error.strerror or "")
