"""Accounts (tài khoản) and roles (vai trò): who may sit at the desk."""

from enum import StrEnum

from schemas.base.language import Language
from schemas.base.model import Frozen


class Role(StrEnum):
    """What a person is here for; what each may do is one table in `rules/access/permissions.py`."""

    CLERK = "clerk"
    """Cán bộ số hóa: takes paper in, settles what is doubtful."""
    VERIFIER = "verifier"
    """Người kiểm tra: the same, and draws acceptance samples."""
    OFFICIAL = "official"
    """Công chức một cửa: sees records and uses them."""
    AUDITOR = "auditor"
    """Thanh tra, kiểm toán: sees figures and masked data, changes nothing."""
    ADMIN = "admin"
    """Quản trị: keeps accounts, sees no papers."""


class Account(Frozen):
    """One person's account. `unit` and the units below it (`H10`, `H10.15`) are what they work on."""

    id: str
    login: str
    name: str
    unit: str
    role: Role
    language: Language = Language.VIETNAMESE
    active: bool = True
    must_change_password: bool = False
    from_provider: bool = False
    """Signs in through the organisation (OIDC) and has no password here."""
    second_factor: bool = False
    """Signs in with a code from a telephone too."""
    proposed_by: str = ""
    """Id of the administrator who wants this one to be an administrator; another has to agree."""


class Actor(Frozen):
    """Who did something, and from which address, as the audit trail names them."""

    login: str
    origin: str = ""
