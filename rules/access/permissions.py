"""Who may do what: one table of roles and actions, and which units' work an account sees."""

from enum import StrEnum

from schemas.account import Account, Role


class Action(StrEnum):
    """Something a route does; every route but sign-in names exactly one."""

    BE_HERE = "be_here"
    """The own desk, language, password, signing out."""
    TAKE_IN = "take_in"
    SEE_BATCHES = "see_batches"
    REVIEW = "review"
    SEE_RECORDS = "see_records"
    """Papers with their images and values."""
    DRAW_SAMPLES = "draw_samples"
    RECEIVE = "receive"
    """Dossiers at the counter: who a person is, what is on file of them, what is used again."""
    CONFIRM = "confirm"
    """A paper that was read without doubt, looked at and found right."""
    REVOKE = "revoke"
    FIND = "find"
    """Papers, by anything on them."""
    SEE_FIGURES = "see_figures"
    """Rates, and the dossiers behind them."""
    REPORT = "report"
    """Reports made and taken away."""
    INSPECT = "inspect"
    """Random papers, image beside record, judged field by field."""
    SEE_WORK = "see_work"
    """Statistics of pages, papers and corrections, and one's own."""
    SEE_PEOPLES_WORK = "see_peoples_work"
    """Everybody's of the unit: its head only."""
    SEE_TRAIL = "see_trail"
    """Who did and saw what."""
    SEE_NAMES = "see_names"
    """Names and ids in lists, unmasked."""
    KEEP_ACCOUNTS = "keep_accounts"
    OPERATE = "operate"
    """Queue, workers, speed: counts, and names of stacks; no papers."""


_PAPER_HANDS = frozenset({Role.CLERK, Role.VERIFIER})
ALLOWED: dict[Action, frozenset[Role]] = {
    Action.BE_HERE: frozenset(Role),
    Action.TAKE_IN: _PAPER_HANDS,
    Action.SEE_BATCHES: _PAPER_HANDS | {Role.AUDITOR},
    Action.REVIEW: _PAPER_HANDS,
    Action.SEE_RECORDS: _PAPER_HANDS | {Role.OFFICIAL, Role.AUDITOR},
    Action.FIND: _PAPER_HANDS | {Role.OFFICIAL},
    Action.REPORT: frozenset({Role.VERIFIER, Role.OFFICIAL, Role.AUDITOR}),
    Action.INSPECT: frozenset({Role.AUDITOR}),
    Action.SEE_WORK: _PAPER_HANDS | {Role.AUDITOR},
    Action.SEE_PEOPLES_WORK: frozenset({Role.VERIFIER}),
    Action.SEE_TRAIL: frozenset({Role.AUDITOR}),
    Action.SEE_FIGURES: frozenset({Role.VERIFIER, Role.OFFICIAL, Role.AUDITOR}),
    Action.DRAW_SAMPLES: frozenset({Role.VERIFIER}),
    Action.RECEIVE: frozenset({Role.OFFICIAL}),
    Action.CONFIRM: _PAPER_HANDS | {Role.OFFICIAL},
    Action.REVOKE: frozenset({Role.VERIFIER}),
    Action.SEE_NAMES: _PAPER_HANDS | {Role.OFFICIAL},
    Action.KEEP_ACCOUNTS: frozenset({Role.ADMIN}),
    Action.OPERATE: frozenset({Role.ADMIN}),
}
"""Role × action. What is not named here is not allowed."""


def may(role: Role, action: Action) -> bool:
    """Whether `role` may do `action`."""
    return role in ALLOWED[action]


def sees_unit(own: str, unit: str) -> bool:
    """An account works on its own unit and those below it: `H10` sees `H10.15`, not `H101`."""
    return unit == own or unit.startswith(f"{own}.")


def reach_of(account: Account) -> str:
    """The unit whose papers, with those of the units below it, an account sees.

    Who receives dossiers sees what any office of the same province or ministry holds: else the citizen
    would be asked twice (Decree 224/2026/NĐ-CP art. 15.1.d). All others see their own unit.
    """
    return account.unit.split(".")[0] if may(account.role, Action.RECEIVE) else account.unit
