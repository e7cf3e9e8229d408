"""A second factor at sign-in: codes that a telephone shows, offline (TOTP, RFC 6238)."""

import hmac
import time
from datetime import UTC, datetime

import pyotp
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from schemas.account import Account
from schemas.errors import NotOnRecord
from storage.database.engine import Database
from storage.database.tables.accounts import AccountRow

_TRIES = parse("5/15 minutes")
"""Wrong codes for one account, from anywhere: there are a million codes."""
_STEPS = (-1, 0, 1)
"""A code of the half minute before and after counts too: clocks differ."""
_ISSUER = "Sohoa"


def new_secret() -> str:
    """A secret to be shown once, 160 bits in base 32."""
    return pyotp.random_base32()


def address_of(account: Account, secret: str) -> str:
    """What the telephone reads as a QR code (`otpauth://…`)."""
    return pyotp.TOTP(secret).provisioning_uri(name=account.login, issuer_name=_ISSUER)


class SecondFactors:
    """The second factors of accounts."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._tries = MovingWindowRateLimiter(MemoryStorage())

    def enter(self, account: Account, secret: str, code: str) -> bool:
        """Enter `secret` once the telephone shows its codes; whether `code` is one. Raises `NotOnRecord`."""
        step = _step_of(secret, code, 0)
        if step is None:
            return False
        self._set(account, secret, step)
        return True

    def forget(self, account: Account) -> None:
        """The telephone is lost: the account signs in without. Raises `NotOnRecord`."""
        self._set(account, None, 0)

    def matches(self, account_id: str, code: str) -> bool:
        """Whether `code` is the account's, now, and was not used before."""
        if not self._tries.test(_TRIES, account_id):
            return False
        with self._database.session() as session:
            row = session.get(AccountRow, account_id, with_for_update=True)
            if row is None or not row.active or row.second_factor is None:
                return False
            step = _step_of(row.second_factor, code, row.second_factor_step)
            if step is None:
                self._tries.hit(_TRIES, account_id)
                return False
            row.second_factor_step = step
            row.signed_in_at = datetime.now(UTC)
        return True

    def _set(self, account: Account, secret: str | None, step: int) -> None:
        with self._database.session() as session:
            row = session.get(AccountRow, account.id)
            if row is None:
                raise NotOnRecord(account.login)
            row.second_factor, row.second_factor_step = secret, step


def _step_of(secret: str, code: str, after: int) -> int | None:
    """The half minute whose code it is, later than `after`."""
    codes = pyotp.TOTP(secret)
    typed = code.replace(" ", "").encode()
    now = int(time.time()) // codes.interval
    steps = (now + offset for offset in _STEPS if now + offset > after)
    return next((s for s in steps if hmac.compare_digest(codes.generate_otp(s).encode(), typed)), None)
