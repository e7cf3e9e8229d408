"""Every route of the desk with the action it names, and something to send it."""

import re

from fastapi.routing import APIRoute
from room import Room

from rules.access.permissions import Action
from web.core.permissions import Guard

PUBLIC = {
    "/health",
    "/ready",
    "/metrics",
    "/sign-in",
    "/sign-in/code",
    "/sign-in/provider",
    "/sign-in/callback",
    "/sign-in/language/{language}",
}
FORM = {
    "login": "x",
    "name": "x",
    "unit": "H10",
    "role": "clerk",
    "active": "true",
    "old": "x",
    "new": "x",
    "code": "x",
    "field": "full_name",
    "answer": "kept",
    "text": "x",
    "reason": "rescan",
    "revision": "1",
    "keep": "true",
    "document_type": "unknown",
    "number": "1",
    "degrees": "90",
    "laid": "{}",
    "cells": "[]",
    "limit": "0.02",
    "wrong": "true",
    "purpose": "thử",
    "where": "/papers/00000000-0000-0000-0000-000000000000",
}
_PATH = {
    "language": "vi",
    "theme": "dark",
    "number": "1",
    "kind": "pdf",
    "login": "nobody",
    "name": "x",
    "which": "all",
}


def routes(room: Room) -> list[tuple[str, APIRoute, Action | None]]:
    """Every route with its method and the one action it names."""
    found = []
    parts = [getattr(part, "original_router", None) for part in room.app.routes]
    for route in (route for part in parts if part for route in part.routes):
        if isinstance(route, APIRoute):
            guards = [d.call for d in _all(route.dependant) if isinstance(d.call, Guard)]
            assert len({guard.action for guard in guards}) == (route.path not in PUBLIC), route.path
            action = guards[0].action if guards else None
            found += [(method, route, action) for method in sorted(route.methods)]
    return found


def _all(dependant):  # type: ignore[no-untyped-def]
    for inner in dependant.dependencies:
        yield inner
        yield from _all(inner)


def path_of(route: APIRoute) -> str:
    """The route's path with something in its holes."""
    return re.sub(
        r"\{(\w+)(?::\w+)?\}", lambda m: _PATH.get(m[1], "00000000-0000-0000-0000-000000000000"), route.path
    )
