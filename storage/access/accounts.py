"""Accounts in the database: passwords by argon2, limits on tries, people of the organisation's provider.

Accounts are the desk's furniture, not records: they are not in the object store, and `sohoa account`
makes them anew.
"""

import secrets
from datetime import UTC, datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from sqlalchemy import func, select

from schemas.account import Account, Role
from schemas.base.ids import derive_id
from schemas.base.language import Language
from schemas.errors import NotOnRecord
from schemas.request_errors import AccountIdle, AccountRefused, SignInRefused
from storage.database.engine import Database
from storage.database.tables.accounts import AccountRow

LEAST_PASSWORD = 10
"""Letters of a password at least (NIST SP 800-63B asks for 8; no other rules, no forced changes)."""
_TRIES = parse("5/15 minutes")
"""Wrong passwords from one address."""
_HASHER = PasswordHasher()


class Accounts:
    """Everybody who may sign in."""

    def __init__(self, database: Database, idle_days: int = 45) -> None:
        self._database = database
        self._idle = timedelta(days=idle_days)
        self._tries = MovingWindowRateLimiter(MemoryStorage())

    def add(self, account: Account, password: str = "") -> None:
        """Enter a new account. Raises `AccountRefused` when the login is taken or the password short."""
        if password and len(password) < LEAST_PASSWORD:
            raise AccountRefused(account.login, f"< {LEAST_PASSWORD}")
        with self._database.session() as session:
            if session.scalar(select(AccountRow.id).where(AccountRow.login == account.login)):
                raise AccountRefused(account.login)
            row = AccountRow(id=account.id, password=_HASHER.hash(password) if password else None, failures=0)
            row.signed_in_at = datetime.now(UTC)
            _fill(row, account)
            session.add(row)

    def add_first(self) -> tuple[str, str] | None:
        """An administrator with a made-up password that must be changed, when there is no account at all."""
        with self._database.session() as session:
            if session.scalar(select(func.count()).select_from(AccountRow)):
                return None
        password = secrets.token_urlsafe(12)
        account = new_account("admin", "Quản trị", "", Role.ADMIN)
        self.add(account.with_changes(must_change_password=True), password)
        return account.login, password

    def all(self) -> list[Account]:
        """Everybody, by login."""
        with self._database.session() as session:
            return [_account(row) for row in session.scalars(select(AccountRow).order_by(AccountRow.login))]

    def by_id(self, account_id: str) -> Account | None:
        """The account, if it is active."""
        with self._database.session() as session:
            row = session.get(AccountRow, account_id)
            return _account(row) if row and row.active else None

    def by_login(self, login: str) -> Account:
        """The account of that name. Raises `NotOnRecord`."""
        with self._database.session() as session:
            row = session.scalar(select(AccountRow).where(AccountRow.login == login))
            if row is None:
                raise NotOnRecord(login)
            return _account(row)

    def change(self, account: Account) -> None:
        """Enter what is new of an account; idle days of one that is opened again count anew.

        Raises `NotOnRecord`.
        """
        with self._database.session() as session:
            row = session.get(AccountRow, account.id)
            if row is None:
                raise NotOnRecord(account.login)
            if account.active and not row.active:
                row.signed_in_at = datetime.now(UTC)
            _fill(row, account)

    def set_password(self, account: Account, password: str, *, must_change: bool = False) -> None:
        """Give the account a new password. Raises `AccountRefused`, `NotOnRecord`."""
        if len(password) < LEAST_PASSWORD:
            raise AccountRefused(account.login, f"< {LEAST_PASSWORD}")
        with self._database.session() as session:
            row = session.get(AccountRow, account.id)
            if row is None:
                raise NotOnRecord(account.login)
            row.password, row.must_change_password = _HASHER.hash(password), must_change
            row.failures = 0

    def id_of(self, login: str) -> str:
        """The id of the account of that name; empty when there is none."""
        with self._database.session() as session:
            return session.scalar(select(AccountRow.id).where(AccountRow.login == login)) or ""

    def sign_in(self, login: str, password: str, address: str = "") -> Account:
        """The account of that name and password. Raises `SignInRefused`, always for the same cause.

        Five wrong passwords shut the address out of the account for a quarter of an hour, whatever comes
        then. The account itself stays open: a stranger cannot keep its owner out. One that nobody used for
        long is closed (QCVN 12:2026): then the refusal is `AccountIdle`.
        """
        with self._database.session() as session:
            row = session.scalar(select(AccountRow).where(AccountRow.login == login).with_for_update())
            tried = (row.id if row else login, address)
            shut = not self._tries.test(_TRIES, *tried)
            nobody = _nobody()  # for everybody, or the first who is not there would take longer
            right = _matches(row.password if row and row.password else nobody, password)
            if row is None or not right or shut or not row.active or not row.password:
                self._tries.hit(_TRIES, *tried)
                if row is not None:
                    row.failures += 1
                refusal = SignInRefused(login)
            elif self._is_idle(row):
                row.active = False
                refusal = AccountIdle(login)
            else:
                row.failures = 0
                self._tries.clear(_TRIES, *tried)
                if row.second_factor is None:
                    row.signed_in_at = datetime.now(UTC)
                if _HASHER.check_needs_rehash(row.password):
                    row.password = _HASHER.hash(password)
                return _account(row)
        raise refusal

    def _is_idle(self, row: AccountRow) -> bool:
        return row.signed_in_at is not None and row.signed_in_at + self._idle < datetime.now(UTC)

    def of_provider(self, subject: str, login: str, name: str, unit: str, role: Role) -> Account:
        """The account of a person whom the organisation's provider vouches for, as it describes them today.

        `subject` is issuer and subject. Raises `SignInRefused` when the login is a local one's.
        """
        with self._database.session() as session:
            row = session.scalar(select(AccountRow).where(AccountRow.subject == subject))
            if row is None:
                if session.scalar(select(AccountRow.id).where(AccountRow.login == login)):
                    raise SignInRefused(login)
                account = new_account(login, name, unit, role)
                row = AccountRow(id=derive_id("account", subject), subject=subject, failures=0)
                _fill(row, account)
                session.add(row)
            if not row.active:
                raise SignInRefused(login)
            row.name, row.unit, row.role = name, unit, role
            row.signed_in_at = datetime.now(UTC)
            return _account(row)


def new_account(login: str, name: str, unit: str, role: Role) -> Account:
    """An account with an id of its own."""
    return Account(
        id=derive_id("account", login, secrets.token_hex(8)), login=login, name=name, unit=unit, role=role
    )


@cache
def _nobody() -> str:
    """Verified when there is no such account, so that the answer takes as long."""
    return _HASHER.hash(secrets.token_hex(8))


def _matches(hashed: str, password: str) -> bool:
    try:
        return _HASHER.verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False


def _fill(row: AccountRow, account: Account) -> None:
    row.login, row.name, row.unit, row.role = account.login, account.name, account.unit, account.role
    row.language, row.active = account.language, account.active
    row.must_change_password = account.must_change_password
    row.proposed_by = account.proposed_by or None


def _account(row: AccountRow) -> Account:
    return Account(
        id=row.id,
        login=row.login,
        name=row.name,
        unit=row.unit,
        role=Role(row.role),
        language=Language(row.language),
        active=row.active,
        must_change_password=row.must_change_password,
        from_provider=row.subject is not None,
        second_factor=row.second_factor is not None,
        proposed_by=row.proposed_by or "",
    )
