"""The branch of the tree of errors (`schemas/errors.py`) that an operator mends on the machine."""

import errno

from schemas.base.language import Bilingual
from schemas.errors import EnvironmentFaulty


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


def write_error(subject: str, error: OSError) -> EnvironmentFaulty:
    """Why `subject` could not be written: no space left, or anything else."""
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    return (DiskFull if full else CannotWrite)(subject, error.strerror or "")
