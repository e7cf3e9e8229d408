"""Events of the audit trail (nhật ký kiểm toán)."""

from datetime import datetime

from schemas.base.model import Frozen


class Event(Frozen):
    """What is to stand on the trail: who did it, when and where is added when it is appended."""

    action: str
    target: str
    purpose: str = ""
    detail: str = ""


class AuditEvent(Frozen):
    """Who did or saw what, when, from where, what for.

    `target` is an id or a digest, `detail` names revisions and fields: never a person's data. At a
    terminal `actor` is the system's user, in the browser the account, and `origin` its address.
    """

    number: int
    at: datetime
    actor: str
    host: str
    action: str
    target: str
    previous: str
    """SHA-256 of the event before, as stored."""
    origin: str = ""
    purpose: str = ""
    detail: str = ""
    record: str | None = None
    """Key of the record that was committed with it, `papers/<id>/r3.json`; None where none was."""
    signature: str = ""
    """HMAC-SHA-256 of all the rest, 64 hex digits; empty in events of versions that signed none."""

    @property
    def unsigned(self) -> bytes:
        """What the signature is over: also how earlier versions wrote an event."""
        return self.model_dump_json(exclude={"signature"}, exclude_none=True).encode()

    @property
    def content(self) -> bytes:
        """As it is stored."""
        return self.model_dump_json(exclude_none=True).encode() if self.signature else self.unsigned
