"""Resumable uploads: tus 1.0.0, core with creation and termination (https://tus.io/protocols).

A broken connection goes on where it broke, also after the server or the browser was ended. A file
is handed in when its last byte is here; that is tried again when it was interrupted.
"""

import base64
import binascii
import os
import re
from typing import BinaryIO

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from schemas.batch import Batch, PagePlace
from schemas.request_errors import UploadRefused
from storage.files.partial_uploads import Upload, UploadBusy, Uploads, append
from storage.files.scan_folders import clean_name, stack_of
from storage.records.arrivals import hand_in
from storage.views.batch_pages import find_page
from web.core.context import CurrentUser
from web.core.permissions import Intaker

router = APIRouter(prefix="/uploads")
_VERSION = "1.0.0"
_ALWAYS = {"Tus-Resumable": _VERSION, "Cache-Control": "no-store"}
_BLOCK = 1024**2
_LONGEST_NAME = 500


@router.options("")
def what_we_speak(user: Intaker) -> Response:
    """Version, extensions and the largest file."""
    limit = user.app_state.settings.limits.max_bytes
    return _answer(
        204, **{"Tus-Version": _VERSION, "Tus-Extension": "creation,termination", "Tus-Max-Size": str(limit)}
    )


@router.post("")
def begin_upload(request: Request, user: Intaker) -> Response:
    """Announce a file: `Upload-Length`, and `Upload-Metadata` with batch, path, position, replaces."""
    if refused := _wrong_version(request):
        return refused
    size = _number(request, "upload-length")
    limit = user.app_state.settings.limits.max_bytes
    if size is None or {"upload-defer-length", "upload-concat"} & set(request.headers):
        return _answer(400)
    if size > limit:
        return _answer(413, **{"Tus-Max-Size": str(limit)})
    try:
        upload = _described(request, user, size)
    except (UploadRefused, ValidationError):
        return _answer(400)
    limits = user.app_state.settings.limits
    try:
        upload = _uploads(user).begin(upload, limits.open_uploads, limits.open_upload_bytes)
    except UploadRefused:
        return _answer(429)
    if not size:
        _hand_in(user, upload)
    return _answer(201, Location=f"/uploads/{upload.id}")


@router.head("/{upload_id}")
def how_far(request: Request, user: Intaker, upload_id: str) -> Response:
    """How many bytes are here; a whole file whose handing in was interrupted is handed in now."""
    if refused := _wrong_version(request):
        return refused
    upload = _uploads(user).find(upload_id, user.account.login)
    offset = _uploads(user).part(upload_id).stat().st_size
    if offset == upload.size:
        _hand_in(user, upload)
    lengths = {"Upload-Offset": str(offset), "Upload-Length": str(upload.size)}
    return _answer(200, **lengths, **{"Upload-Metadata": upload.said})


@router.patch("/{upload_id}")
async def take_bytes(request: Request, user: Intaker, upload_id: str) -> Response:
    """The next bytes. What arrived before a connection broke is kept."""
    refused = _wrong_version(request)
    if refused or request.headers.get("content-type") != "application/offset+octet-stream":
        return refused or _answer(415)
    upload = await run_in_threadpool(_uploads(user).find, upload_id, user.account.login)
    try:
        with _uploads(user).writing(upload_id) as part:
            answer = await _append(request, upload, part)
            if os.fstat(part.fileno()).st_size == upload.size:
                await run_in_threadpool(_hand_in, user, upload)
    except UploadBusy:
        return _answer(423)
    return answer


async def _append(request: Request, upload: Upload, part: BinaryIO) -> Response:
    """Append what the request brings: at the right place, no more than was announced, flushed at the end."""
    size = os.fstat(part.fileno()).st_size
    if _number(request, "upload-offset") != size:
        return _answer(409, **{"Upload-Offset": str(size)})
    if size + (_number(request, "content-length") or 0) > upload.size:
        return _answer(413)
    waiting, status = bytearray(), 204
    try:
        async for chunk in request.stream():
            if size + len(waiting) + len(chunk) > upload.size:
                status = 413
                break
            waiting += chunk
            if len(waiting) >= _BLOCK:
                block, waiting = bytes(waiting), bytearray()
                await run_in_threadpool(append, part, block)
                size += len(block)
    except ClientDisconnect:
        status = 400
    await run_in_threadpool(append, part, bytes(waiting))
    await run_in_threadpool(os.fsync, part.fileno())
    return _answer(status, **{"Upload-Offset": str(size + len(waiting))})


@router.delete("/{upload_id}")
def give_up(request: Request, user: Intaker, upload_id: str) -> Response:
    """Give a file up before it is whole."""
    if refused := _wrong_version(request):
        return refused
    _uploads(user).find(upload_id, user.account.login)
    try:
        with _uploads(user).writing(upload_id):
            _uploads(user).forget(upload_id)
    except UploadBusy:
        return _answer(423)
    return _answer(204)


def _hand_in(user: CurrentUser, upload: Upload) -> None:
    """From the part to the store, and then away with it. Doing it twice is doing it once."""
    batch = user.batch(upload.batch_id)
    part = _uploads(user).part(upload.id)
    stack = _stack_of_page(user, batch, upload.replaces, upload.stack) if upload.replaces else ""
    arrival = hand_in(
        user.archive,
        batch,
        upload.name,
        stack or stack_of(upload.name),
        upload.position,
        part,
        upload.replaces,
    )
    user.note("batch.hand_in", batch.id, detail=arrival.sha256)
    _uploads(user).forget(upload.id)


def _described(request: Request, user: CurrentUser, size: int) -> Upload:
    """The upload that the client describes. Raises `UploadRefused`, `NotOnRecord`, `ValidationError`."""
    said = request.headers.get("upload-metadata", "")
    told = _metadata(said)
    batch = user.batch(told.get("batch", ""))
    replaces, stack = _replaced(user, batch, told["replaces"]) if told.get("replaces") else (None, "")
    name = "/".join(
        clean_name(part) for part in told.get("path", "").split("/") if part not in ("", ".", "..")
    )
    return Upload(
        id="",
        login=user.account.login,
        unit=batch.unit,
        batch_id=batch.id,
        size=size,
        said=said,
        name=name[-_LONGEST_NAME:] or "?",
        replaces=replaces,
        stack=stack,
        position=_whole(told.get("position", "1")),
    )


def _replaced(user: CurrentUser, batch: Batch, told: str) -> tuple[PagePlace, str]:
    """The page named as `scan/number/stack`, and its stack. Raises `NotOnRecord`, `ValidationError`."""
    scan, number, stack = [*told.split("/", 2), "", ""][:3]
    place = PagePlace(scan=scan, page_number=int(number) if number.isascii() and number.isdecimal() else 0)
    return place, _stack_of_page(user, batch, place, stack)


def _stack_of_page(user: CurrentUser, batch: Batch, place: PagePlace, stack: str) -> str:
    """Where the page lies: the same bytes may lie in several stacks, and then `stack` says in which."""
    return find_page(user.archive.database, place, user.account.unit, batch.id, stack).stack


def _metadata(said: str) -> dict[str, str]:
    told: dict[str, str] = {}
    for pair in filter(None, (pair.strip() for pair in said.split(","))):
        key, _, value = pair.partition(" ")
        if key in told:
            raise UploadRefused(key)
        try:
            told[key] = base64.b64decode(value, validate=True).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError) as error:
            raise UploadRefused(key) from error
    return told


def _whole(said: str) -> int:
    """`said` as a number; 0, which is refused, when it is none."""
    return int(said) if re.fullmatch(r"[0-9]{1,9}", said) else 0


def _wrong_version(request: Request) -> Response | None:
    if request.headers.get("tus-resumable") == _VERSION:
        return None
    return _answer(412, **{"Tus-Version": _VERSION})


def _number(request: Request, name: str) -> int | None:
    said = request.headers.get(name, "")
    return int(said) if re.fullmatch(r"[0-9]{1,15}", said) else None


def _answer(status: int, **headers: str) -> Response:
    return Response(status_code=status, headers={**_ALWAYS, **headers})


def _uploads(user: CurrentUser) -> Uploads:
    return Uploads(user.app_state.settings.data / "uploads")
