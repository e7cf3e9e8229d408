"""The first page: where each role begins."""

from fastapi import APIRouter, Response
from starlette.responses import RedirectResponse

from schemas.account import Role
from web.core.permissions import AnyUser

router = APIRouter()
_FIRST = {
    Role.ADMIN: "/operation",
    Role.CLERK: "/batches",
    Role.VERIFIER: "/batches",
    Role.AUDITOR: "/figures",
    Role.OFFICIAL: "/search",
}


@router.get("/")
def first_page(user: AnyUser) -> Response:
    """To where the person's work is."""
    return RedirectResponse(_FIRST[user.account.role], 303)
