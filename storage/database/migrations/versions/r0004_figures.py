"""The register, seals, fixity, reports and inspections; the trail is searched by actor and time."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_WHEN = sa.DateTime(timezone=True)
_ID, _SHA256 = sa.String(36), sa.String(64)
_SORTED = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_MOMENTS = ("received", "ended", "waits", "limit", "until", "facts", "stage")
_TABLES = (
    "inspected",
    "inspection",
    "report",
    "loss",
    "sweep",
    "object_digest",
    "seal",
    "procedure_name",
    "register_import",
    "register",
)


def upgrade() -> None:
    """Make the new tables."""
    _register()
    _auditing()
    op.add_column("audit", sa.Column("actor", sa.String(), nullable=False, server_default=""))
    said = (
        "record->>'actor'"
        if op.get_bind().dialect.name == "postgresql"
        else "json_extract(record, '$.actor')"
    )
    op.execute(f"UPDATE audit SET actor = {said}")  # noqa: S608  (a constant)
    op.create_index(op.f("ix_audit_actor"), "audit", ["actor", "number"])
    op.create_index(op.f("ix_audit_at"), "audit", ["at"])


def downgrade() -> None:
    """Drop them."""
    op.drop_index(op.f("ix_audit_at"), "audit")
    op.drop_index(op.f("ix_audit_actor"), "audit")
    op.drop_column("audit", "actor")
    for table in _TABLES:
        op.drop_table(table)


def _register() -> None:
    op.create_table(
        "register",
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("code", sa.String(), nullable=False, unique=True),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("unit", "procedure", "field")),
        sa.Column("channel", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in _MOMENTS),
        sa.Column("changed_at", _WHEN, nullable=False, index=True),
        sa.Column("digest", _SHA256, nullable=False),
        sa.Column("segment", sa.String(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
    )
    op.create_table(
        "register_import",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("at", _WHEN, nullable=False),
        sa.Column("record", _JSON, nullable=False),
    )
    op.create_table(
        "procedure_name",
        sa.Column("code", sa.String(), primary_key=True),
        sa.Column("name", sa.String(), nullable=False),
    )


def _auditing() -> None:
    op.create_table(
        "seal",
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("record", _JSON, nullable=False),
    )
    op.create_table(
        "object_digest",
        sa.Column("key", _SORTED, primary_key=True),
        sa.Column("digest", _SHA256, nullable=False),
    )
    op.create_table(
        "sweep",
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("ended_at", _WHEN, nullable=False),
        sa.Column("record", _JSON, nullable=False),
    )
    op.create_table(
        "loss",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("key", sa.String(), nullable=False, index=True),
        sa.Column("found_at", _WHEN, nullable=False),
        sa.Column("repaired_at", _WHEN),
        sa.Column("record", _JSON, nullable=False),
    )
    op.create_table(
        "report",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("made_at", _WHEN, nullable=False),
        sa.Column("unit", sa.String(), nullable=False, index=True),
        sa.Column("record", _JSON, nullable=False),
    )
    op.create_table(
        "inspection",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("drawn_at", _WHEN, nullable=False),
        sa.Column("unit", sa.String(), nullable=False, index=True),
        sa.Column("login", sa.String(), nullable=False),
        sa.Column("record", _JSON, nullable=False),
    )
    op.create_table(
        "inspected",
        sa.Column("inspection_id", _ID, sa.ForeignKey("inspection.id"), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("paper_id", _ID, nullable=False),
        sa.Column("record", _JSON),
    )
