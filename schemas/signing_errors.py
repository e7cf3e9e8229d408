"""The branch of the tree of errors (`schemas/errors.py`) that signing meets."""

from schemas.base.language import Bilingual
from schemas.errors import EnvironmentFaulty


class SignerUnavailable(EnvironmentFaulty):
    """The agent that holds the seal key does not answer, or refuses what it is asked to sign."""

    code = "signer_unavailable"
    retryable = True
    sentence = Bilingual(
        vi="Chương trình giữ khóa niêm phong không ký: {subject}. Xem "
        "`systemctl status sohoa-seal`, rồi làm lại.",
        en="The agent that holds the seal key does not sign: {subject}. See "
        "`systemctl status sohoa-seal`, then do it again.",
    )
