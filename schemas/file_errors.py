"""The branch of the tree of errors (`schemas/errors.py`) for what is wrong with a file handed in."""

from schemas.base.language import Bilingual
from schemas.errors import BadInput


class EmptyFile(BadInput):
    """Zero bytes."""

    code = "empty_file"
    sentence = Bilingual(
        vi="{subject}: tệp rỗng. Hãy quét lại.", en="{subject}: the file is empty. Scan it again."
    )


class NotAFile(BadInput):
    """A fifo, socket, device or symbolic link: never opened, never followed."""

    code = "not_a_file"
    sentence = Bilingual(
        vi="{subject}: không phải tệp thường (liên kết, ống dẫn hay thiết bị); không mở. "
        "Hãy chép tệp thật vào thư mục.",
        en="{subject}: not a regular file (link, pipe or device), so it was not opened. "
        "Copy the real file into the folder.",
    )


class ForbiddenFile(BadInput):
    """The operating system does not let us read it."""

    code = "forbidden_file"
    sentence = Bilingual(
        vi="{subject}: không có quyền đọc. Hãy cấp quyền rồi chạy lại.",
        en="{subject}: no permission to read it. Grant it and run again.",
    )


class UnreadableFile(BadInput):
    """A disk or a network share that fails while the file is read; nothing of it is taken, and it stays."""

    code = "unreadable_file"
    sentence = Bilingual(
        vi="{subject}: ổ đĩa hay mạng lỗi khi đang đọc; tệp vẫn nằm nguyên chỗ. Kiểm tra ổ rồi chạy lại.",
        en="{subject}: the disk or the network failed while it was read; the file lies where it lay. "
        "Check the drive and run again.",
    )


class UnknownFormat(BadInput):
    """Neither PDF, TIFF, JPEG, PNG, WebP nor HEIC, whatever its name says."""

    code = "unknown_format"
    sentence = Bilingual(
        vi="{subject}: không phải PDF, TIFF, JPEG, PNG, WebP hay HEIC. Hãy lưu lại ở một trong các dạng đó.",
        en="{subject}: not a PDF, TIFF, JPEG, PNG, WebP or HEIC. Save it as one of these.",
    )


class DamagedFile(BadInput):
    """Truncated or broken beyond what the readers can repair."""

    code = "damaged_file"
    sentence = Bilingual(
        vi="{subject}: tệp hỏng hoặc bị cắt cụt. Hãy quét hoặc chép lại.",
        en="{subject}: damaged or cut short. Scan or copy it again.",
    )


class EncryptedFile(BadInput):
    """A PDF that needs a password."""

    code = "encrypted_file"
    sentence = Bilingual(
        vi="{subject}: PDF có mật khẩu. Hãy bỏ mật khẩu rồi nạp lại.",
        en="{subject}: the PDF needs a password. Remove it and hand the file in again.",
    )


class TooLarge(BadInput):
    """More bytes, pages or pixels than the limits in the settings."""

    code = "too_large"
    sentence = Bilingual(
        vi="{subject}: vượt giới hạn kích thước. Hãy tách tệp hoặc quét ở 200–300 dpi.",
        en="{subject}: larger than the limits allow. Split it, or scan at 200–300 dpi.",
    )


class ContainerFile(BadInput):
    """A file whose pages, if any, are not what it holds. Never raised itself."""

    code = "container_file"


class PortfolioFile(ContainerFile):
    """A PDF portfolio: its page is a cover, the papers are files inside."""

    code = "portfolio_file"
    sentence = Bilingual(
        vi="{subject}: tuyển tập PDF, giấy tờ nằm trong tệp đính kèm. Hãy lưu từng tệp rồi nạp lại.",
        en="{subject}: a PDF portfolio, its papers are files inside. Save each of them and hand these in.",
    )


class FormWithoutPages(ContainerFile):
    """A dynamic form (XFA): only its own program draws it; elsewhere it says `Please wait`."""

    code = "form_without_pages"
    sentence = Bilingual(
        vi="{subject}: biểu mẫu động (XFA), chỉ Adobe Reader vẽ được. Hãy in ra PDF ở đó rồi nạp lại.",
        en="{subject}: a dynamic form (XFA), drawn by Adobe Reader alone. Print it to PDF there.",
    )
