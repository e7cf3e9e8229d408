"""The branch of the tree of errors (`schemas/errors.py`) for the object store and the database."""

from schemas.base.language import Bilingual
from schemas.errors import Audience, StoreFailed


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
