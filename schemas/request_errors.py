"""The branch of the tree of errors (`schemas/errors.py`) that people at the desk meet."""

from schemas.base.language import Bilingual
from schemas.errors import Audience, SohoaError


class AtTheDesk(SohoaError):
    """Something a person at the desk asked for that cannot be done so."""

    code = "at_the_desk"
    audience = Audience.CLERK
    exit_code = 8
    http_status = 400


class RecordChanged(AtTheDesk):
    """Somebody else settled the paper in between. Nothing was overwritten."""

    code = "record_changed"
    http_status = 409
    sentence = Bilingual(
        vi="Giấy tờ {subject} vừa được người khác sửa. Không ghi đè: hãy xem bản mới rồi quyết định.",
        en="Somebody else just changed the paper {subject}. Nothing was overwritten: look at the new "
        "revision, then decide.",
    )


class NotTakenBack(AtTheDesk):
    """What somebody said last of a paper cannot be taken back by this person any more."""

    code = "not_taken_back"
    http_status = 409
    sentence = Bilingual(
        vi="Giấy tờ {subject}: người khác đã xem sau bạn, hoặc giấy đã được dùng, ký. Không hoàn tác được.",
        en="The paper {subject}: somebody else spoke after you, or it was used or signed. Not taken back.",
    )


class ScanThereAlready(AtTheDesk):
    """A page would come into a stack that has a page of the same bytes already."""

    code = "scan_there_already"
    http_status = 409
    sentence = Bilingual(
        vi="{subject}: hồ sơ kia đã có chính bản quét này. Chưa chuyển gì: hãy để trang này ở chỗ cũ.",
        en="{subject}: the other dossier has this very scan already. Nothing was moved: leave it there.",
    )


class SignInRefused(AtTheDesk):
    """Unknown account, wrong password, locked, or not known to the office: it does not say which."""

    code = "sign_in_refused"
    http_status = 401
    sentence = Bilingual(
        vi="{subject}: không đăng nhập được. Kiểm tra tên và mật khẩu; sau nhiều lần sai phải chờ 15 phút.",
        en="{subject}: sign-in failed. Check name and password; after many wrong tries wait 15 minutes.",
    )


class AccountIdle(SignInRefused):
    """Nobody signed in for so long that the account was closed; who comes then hears what all hear."""


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
    http_status = 403
    sentence = Bilingual(
        vi="Vai trò của bạn không được làm việc này ({subject}). Hãy hỏi quản trị.",
        en="Your role may not do this ({subject}). Ask the administrator.",
    )


class ForeignRequest(AtTheDesk):
    """A request that our own pages did not send, or whose session is over (CSRF)."""

    code = "foreign_request"
    http_status = 403
    sentence = Bilingual(
        vi="Yêu cầu không đến từ trang này, hoặc phiên đã cũ ({subject}). Hãy tải lại trang rồi làm lại.",
        en="The request did not come from this page, or its session is old ({subject}). Load the page again.",
    )


class MalformedRequest(AtTheDesk):
    """A request of the wrong shape: a page of another version, or a program that sends something else."""

    code = "malformed_request"
    sentence = Bilingual(
        vi="{subject}: yêu cầu không đúng dạng; chưa lưu gì. Hãy tải lại trang rồi làm lại.",
        en="{subject}: a request of the wrong shape; nothing was kept. Load the page again.",
    )


class IdempotencyConflict(AtTheDesk):
    """A key that another request bears, or the first under it is still being done."""

    code = "idempotency_conflict"
    http_status = 409
    sentence = Bilingual(
        vi="{subject}: khóa này đã dùng cho yêu cầu khác, hoặc yêu cầu đầu chưa xong. Hãy dùng khóa mới.",
        en="{subject}: this key is another request's, or the first is still under way. Use a new key.",
    )


class AlreadyExists(AtTheDesk):
    """A name or address that is taken."""

    code = "already_exists"
    http_status = 409
    sentence = Bilingual(
        vi="{subject}: đã có rồi. Hãy chọn khác, hoặc bỏ cái cũ trước.",
        en="{subject}: is there already. Choose another, or remove the old one first.",
    )


class ReuseRefused(AtTheDesk):
    """A use, or its undoing, that the rules do not allow: told apart by what the subject names."""

    code = "reuse_refused"
    http_status = 409
    audience = Audience.OFFICIAL
    sentence = Bilingual(
        vi="{subject}: không dùng lại được. Xem lý do trên bảng kiểm, rồi làm lại.",
        en="{subject}: this cannot be used so. See the reason on the checklist, then try again.",
    )


class SubmissionRefused(AtTheDesk):
    """A dossier code that is no code, or belongs to another dossier; a case the procedure does not have."""

    code = "submission_refused"
    audience = Audience.OFFICIAL
    sentence = Bilingual(
        vi="{subject}: mã hồ sơ sai hoặc đã dùng, hoặc thủ tục không có trường hợp này. Hãy xem lại.",
        en="{subject}: the dossier code is wrong or taken, or the procedure has no such case. Look again.",
    )


class ProcedureRefused(AtTheDesk):
    """A procedure in a file that is none, or is not whole."""

    code = "procedure_refused"
    audience = Audience.OPERATOR
    sentence = Bilingual(
        vi="{subject}: không phải thủ tục đúng dạng. Sửa tệp rồi nhập lại.",
        en="{subject}: not a procedure of the right shape. Mend the file and import it again.",
    )


class UploadRefused(AtTheDesk):
    """An upload that breaks its own rules: too large, at the wrong place, somebody else's."""

    code = "upload_refused"
    sentence = Bilingual(
        vi="Không nhận được tệp: {subject}. Hãy kéo thả lại.",
        en="The file cannot be taken: {subject}. Drop it again.",
    )


class AgencyRefused(AtTheDesk):
    """A row of a table of units that is none, or a unit that goes into itself."""

    code = "agency_refused"
    audience = Audience.OPERATOR
    sentence = Bilingual(
        vi="{subject}: không phải mã đơn vị (H10.15), hoặc đơn vị kế tục đi vòng. Hãy sửa tệp.",
        en="{subject}: no code of a unit (H10.15), or its successors go in a ring. Correct the file.",
    )


class RegisterRefused(AtTheDesk):
    """A column of a register's file that is named wrongly in the mapping."""

    code = "register_refused"
    audience = Audience.OPERATOR
    sentence = Bilingual(
        vi="{subject}: tệp ánh xạ cột không đúng. Mỗi dòng là `trường: tên cột`; xem docs/figures.md.",
        en="{subject}: the mapping of columns is wrong. Each line is `field: heading`; see docs/figures.md.",
    )
