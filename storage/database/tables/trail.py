"""The table of the audit trail."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    Index,
)
from sqlalchemy.orm import Mapped, mapped_column

from storage.database.tables.base import SHA256, Base


class AuditRow(Base):
    """An event of the audit chain."""

    __tablename__ = "audit"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(index=True)
    actor: Mapped[str]
    action: Mapped[str] = mapped_column(index=True)
    target: Mapped[str] = mapped_column(index=True)
    digest: Mapped[str] = mapped_column(SHA256)
    record: Mapped[dict[str, Any]]
    __table_args__ = (Index("ix_audit_actor", "actor", "number"),)
