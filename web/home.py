"""The first page: where each role begins, and what the keys are."""

from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from schemas.account import Role
from web.frame import Someone, show

router = APIRouter()
_FIRST = {
    Role.ADMIN: "/accounts",
    Role.CLERK: "/batches",
    Role.VERIFIER: "/batches",
    Role.AUDITOR: "/batches",
    Role.OFFICIAL: "/search",
}


@router.get("/")
def first_page(request: Request, who: Someone) -> Response:
    """To where the person's work is."""
    where = _FIRST.get(who.account.role)
    return RedirectResponse(where, 303) if where else show(request, "home.html")
