"""The register (sổ theo dõi hồ sơ): dossiers as the one-stop software knows them.

It holds what the indicators of Decision 766/QĐ-TTg are worked out from, and nobody's name: owners, phone
numbers and addresses of an export are left behind when it is read.
"""

from datetime import date, datetime
from enum import IntEnum

from pydantic import Field, model_validator

from schemas.base.model import Frozen


class Channel(IntEnum):
    """Kênh thực hiện, in the National Portal's numbers (KenhThucHien)."""

    IN_PERSON = 1
    ONLINE = 2
    POST = 3


class Payment(IntEnum):
    """Where the fee was paid online, in the National Portal's numbers (DuocThanhToanTrucTuyen)."""

    NONE = 0
    NATIONAL_PORTAL = 1
    PROVINCIAL_GATEWAY = 2


class Supplement(Frozen):
    """Yêu cầu bổ sung: when more was asked of the citizen, and when it was brought (if it was)."""

    asked_at: datetime
    answered_at: datetime | None = None

    @model_validator(mode="after")
    def _in_order(self) -> "Supplement":
        if self.answered_at and self.answered_at < self.asked_at:
            raise ValueError("answered before it was asked")
        return self


class Attached(Frozen):
    """Thành phần hồ sơ: whether it has a file, and where that came from (TaiLieuNop)."""

    component: str
    file: bool
    reused: bool = False
    from_store: bool = False


class RegisteredDossier(Frozen):
    """One dossier of the register. Times are Hanoi's; a due day without a time is its last second."""

    code: str
    procedure: str = Field(pattern=r"^\d\.\d{6}$")
    procedure_name: str = ""
    field: str = ""
    unit: str
    channel: Channel | None = None
    received_at: datetime | None = None
    due_at: datetime | None = None
    finished_at: datetime | None = None
    returned_at: datetime | None = None
    stopped_at: datetime | None = Field(None, description="refused, stopped or withdrawn")
    supplements: tuple[Supplement, ...] = ()
    fees: tuple[int, ...] = Field((), description="đồng, one a fee item (Gia)")
    payment: Payment = Payment.NONE
    written_result: bool = Field(True, description="the procedure must return a written result")
    fee_due: bool = Field(False, description="the procedure has a fee in the database of procedures")
    replaceable: bool = Field(False, description="announced as having components that data replace")
    days: int | None = Field(None, gt=0, le=3650, description="working days at most, for want of a due day")
    components: tuple[Attached, ...] = ()
    component_files: int = Field(0, ge=0)
    result_files: int = Field(0, ge=0)
    reused: bool = False
    from_store: bool = Field(False, description="a file came from the national store (DuocLayTuKhoDMQG)")
    synced: bool = Field(False, description="a result's link is in the portal's list")
    result_until: date | None = Field(None, description="last day of its result's force; none: without end")

    @property
    def ended_at(self) -> datetime | None:
        """Finished, else returned, else stopped: the end by the formula's own priority."""
        return self.finished_at or self.returned_at or self.stopped_at


class Import(Frozen):
    """One file that was read into the register."""

    id: str
    name: str
    sha256: str
    at: datetime
    by: str
    mapping: dict[str, str]
    """Field → heading of the file's column."""
    rows: int
    refused: int
    segments: int
    complete: bool = True
    """False when it was cut short: what it brought until then counts."""


class Segment(Frozen):
    """Some thousand dossiers of one import, as they lie in the store."""

    dossiers: tuple[RegisteredDossier, ...]
