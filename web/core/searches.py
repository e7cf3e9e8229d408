"""What was typed into the search box, held in the session: addresses are kept by browsers and proxies."""

import re
import secrets

from pydantic import JsonValue

from web.core.context import CurrentUser

_MOST = 20
_NUMBER = re.compile(r"\d([ .-]?\d){5}")


def typed(user: CurrentUser, q: str, kept: str) -> str:
    """What was searched: as the address says, or as the session holds it."""
    searches = user.session.data.get("searches")
    return str(searches.get(kept, "")) if kept and isinstance(searches, dict) else q


def has_number(q: str) -> bool:
    """Whether so many digits follow each other that they may be somebody's number."""
    return _NUMBER.search(q) is not None


def keep_typed(user: CurrentUser, q: str) -> str:
    """Keep in the session what was typed; the oldest goes."""
    searches = user.session.data.get("searches")
    known: dict[str, JsonValue] = dict(searches) if isinstance(searches, dict) else {}
    name = next((name for name, text in known.items() if text == q), secrets.token_hex(4))
    recent = {**{key: text for key, text in known.items() if key != name}, name: q}
    user.remember(searches=dict(list(recent.items())[-_MOST:]))
    return name
