"""Time stamps (RFC 3161) of seals: an authority outside signs that a seal was there, and when.

Whoever writes the trail anew, seals and all, gets stamps of the day he did it: the seals say another day.
"""

import asyncio
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import httpx
from cryptography.x509 import load_pem_x509_certificates
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    Verifier,
    VerifierBuilder,
    decode_timestamp_response,
)

from schemas.base.model import Frozen
from schemas.environment_errors import SettingWrong
from schemas.seal import SignedSeal
from schemas.settings import SealSettings
from schemas.store_errors import ObjectExists, ObjectMissing
from storage import keys
from storage.archive.archive import Archive
from storage.audit.seals import last_seal, stored_seals

_TOTAL_SECONDS = 10.0
_MOST_BYTES = 256 * 1024
_MEDIA = "application/timestamp-reply"
LATE = timedelta(days=2)
"""A seal is made a day after its first event at most; one night without a network is no flaw."""


class Stamped(Frozen):
    """A seal that an authority knew."""

    seal: int
    last: int
    """The last event that it closes."""
    at: datetime


def stamp_last_seal(archive: Archive, settings: SealSettings) -> bool:
    """Have the last seal stamped, which holds all before it, unless it is; whether that was done now.

    Without a network nothing is done; the next seal's stamp holds this one too. Raises `SettingWrong`.
    """
    signed = last_seal(archive.database)
    if not settings.timestamp_url or settings.timestamp_ca is None or signed is None:
        return False
    if archive.store.exists(keys.stamp(signed.seal.number)):
        return False
    digest = sha256(signed.line).digest()
    builder = TimestampRequestBuilder().data(signed.line).hash_algorithm(HashAlgorithm.SHA256)
    request = builder.cert_request(cert_request=True).build()  # with a nonce of its own
    verifier = _verifier(settings.timestamp_ca, request.nonce)
    try:
        content = asyncio.run(_ask(settings.timestamp_url, request.as_bytes()))
        verifier.verify(decode_timestamp_response(content), digest)
    except (OSError, TimeoutError, ValueError, httpx.HTTPError, httpx.InvalidURL, VerificationError):
        return False
    try:
        archive.store.put(keys.stamp(signed.seal.number), content, _MEDIA)
    except ObjectExists:
        return False
    archive.audit.append("audit.stamp", f"{signed.seal.number}", detail=sha256(content).hexdigest())
    return True


def check_stamps(archive: Archive, settings: SealSettings) -> tuple[list[tuple[str, str]], Stamped | None]:
    """`stamp 3` and what is wrong with it, and the last seal that is stamped as it should be.

    Raises `SettingWrong`.
    """
    flaws: list[tuple[str, str]] = []
    newest: Stamped | None = None
    if settings.timestamp_ca is None:
        return flaws, newest
    verifier = _verifier(settings.timestamp_ca, None)
    for number, line in stored_seals(archive.store):
        try:
            content = archive.store.get(keys.stamp(number))
        except ObjectMissing:
            continue
        seal = SignedSeal.model_validate_json(line).seal
        try:
            answer = decode_timestamp_response(content)
            verifier.verify(answer, sha256(line).digest())
        except (ValueError, VerificationError):
            flaws.append((f"stamp {number}", "altered, or of another seal"))
            continue
        stamped = Stamped(seal=number, last=seal.last, at=_time_of(answer))
        if stamped.at - seal.sealed_at > LATE:
            days = f"said to be of {seal.sealed_at:%Y-%m-%d}, stamped {stamped.at:%Y-%m-%d}"
            flaws.append((f"seal {number}", days))
        elif newest is None or stamped.seal > newest.seal:
            newest = stamped
    return flaws, newest


def _time_of(answer: TimeStampResponse) -> datetime:
    return answer.tst_info.gen_time.astimezone(UTC)


def _verifier(authority: Path, nonce: int | None) -> Verifier:
    """Holds stamps to `authority`, the certificates of a PEM file. Raises `SettingWrong`."""
    try:
        roots = load_pem_x509_certificates(authority.read_bytes())
    except (OSError, ValueError) as error:
        raise SettingWrong("seal.timestamp_ca", f"{authority}: {type(error).__name__}") from error
    return VerifierBuilder(roots=roots, nonce=nonce).build()


async def _ask(url: str, request: bytes) -> bytes:
    """The authority's answer, in the seconds and bytes it has."""
    headers = {"content-type": "application/timestamp-query"}
    content = bytearray()
    async with (
        asyncio.timeout(_TOTAL_SECONDS),
        httpx.AsyncClient(follow_redirects=False, trust_env=False, timeout=_TOTAL_SECONDS) as client,
        client.stream("POST", url, content=request, headers=headers) as answer,
    ):
        answer.raise_for_status()
        async for chunk in answer.aiter_bytes():
            content += chunk
            if len(content) > _MOST_BYTES:
                raise ValueError("too long an answer")
    return bytes(content)
