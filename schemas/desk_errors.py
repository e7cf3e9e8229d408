"""The branch of the tree of errors (`schemas/errors.py`) that people at the desk meet."""

from schemas.errors import Audience, SohoaError
from schemas.language import Bilingual


class AtTheDesk(SohoaError):
    """Something a person at the desk asked for that cannot be done so."""

    code = "at_the_desk"
    audience = Audience.CLERK
    exit_code = 8


class RecordChanged(AtTheDesk):
    """Somebody else settled the paper in between. Nothing was overwritten."""

    code = "record_changed"
    sentence = Bilingual(
        vi="Giấy tờ {subject} vừa được người khác sửa. Không ghi đè: hãy xem bản mới rồi quyết định.",
        en="Somebody else just changed the paper {subject}. Nothing was overwritten: look at the new "
        "revision, then decide.",
    )


class SignInRefused(AtTheDesk):
    """Unknown account, wrong password, locked, or not known to the office: it does not say which."""

    code = "sign_in_refused"
    sentence = Bilingual(
        vi="{subject}: không đăng nhập được. Kiểm tra tên và mật khẩu; sau nhiều lần sai phải chờ 15 phút.",
        en="{subject}: sign-in failed. Check name and password; after many wrong tries wait 15 minutes.",
    )


class AccountRefused(AtTheDesk):
    """An account whose login is taken, or a password that is too short."""

    code = "account_refused"
    sentence = Bilingual(
        vi="{subject}: tên đăng nhập đã có, hoặc mật khẩu quá ngắn. Hãy chọn khác.",
        en="{subject}: the login is taken, or the password too short. Choose another.",
    )


class NotAllowed(AtTheDesk):
    """The account's role may not do this."""

    code = "not_allowed"
    sentence = Bilingual(
        vi="Vai trò của bạn không được làm việc này ({subject}). Hãy hỏi quản trị.",
        en="Your role may not do this ({subject}). Ask the administrator.",
    )


class UploadRefused(AtTheDesk):
    """An upload that breaks its own rules: too large, at the wrong place, somebody else's."""

    code = "upload_refused"
    sentence = Bilingual(
        vi="Không nhận được tệp: {subject}. Hãy kéo thả lại.",
        en="The file cannot be taken: {subject}. Drop it again.",
    )
