"""Checks an exported audit trail by itself: python3 verify_trail.py FOLDER [PUBLIC KEY] [NUMBER:HASH ...].

The key has 64 hex digits; NUMBER:HASH is what was printed or sent out of the last event there was then.

Standard library only. events.jsonl: one event a line, each names the SHA-256 of the line before it.
seals.jsonl: each seal names the events it closes and the seal before it, signed with Ed25519 (RFC 8032).
"""

import json
import sys
from collections.abc import Iterable, Iterator
from hashlib import sha256, sha512
from pathlib import Path

FIRST = "0" * 64
_P, _Q, _SIZE = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493, 32
_BAD = (ValueError, KeyError, TypeError, OverflowError, RecursionError)
_Flaws = Iterator[tuple[str, str]]
_D, _ROOT = -121665 * pow(121666, -1, _P) % _P, pow(2, (_P - 1) // 4, _P)


def flaws(events: Iterable[bytes], seals: Iterable[bytes], key: str = "", *, closed: bool = True) -> _Flaws:
    """`event 17`, `seal 3` and what is wrong; where `closed`, the last seal has to close the last event."""
    found, order = {0: (FIRST, "")}, [0]
    for at, line in enumerate(events, 1):
        try:
            number, says = int(json.loads(line)["number"]), str(json.loads(line)["previous"])
        except _BAD:
            yield f"event {at}", "altered: unreadable"
            continue
        if number in found:
            yield f"event {number}", "stands there twice"
        order.append(number)
        found[number] = sha256(line).hexdigest(), says
    for before, number, stands in zip([0, *sorted(order)], sorted(order), order, strict=False):
        if number != stands:
            yield f"event {stands}", "out of place"
        if number > before + 1:
            yield f"event {before + 1}", f"missing: {number} comes after {before}"
        elif number > before and found[number][1] != found[before][0]:
            yield f"event {before}", f"altered: {number} tells another hash of it"
    yield from _unsealed(seals, {number: digest for number, (digest, _) in found.items()}, key, closed)


def _unsealed(seals: Iterable[bytes], digests: dict[int, str], key: str, closed: bool) -> _Flaws:
    last, before, lines = 0, FIRST, list(seals)
    expected, used = _first_key(lines, key), set()
    for at, line in enumerate(lines, 1):
        try:
            seal, signature = json.loads(line)["seal"], bytes.fromhex(json.loads(line)["signature"])
            canonical = canonical_bytes(seal)
            only = canonical_bytes({"seal": seal, "signature": signature.hex()})
            if line != only or not is_signed(bytes.fromhex(expected), canonical, signature):
                yield f"seal {at}", "forged or altered: its signature does not fit"
            used.add(expected)
            expected = seal.get("next_key") or expected
            if (seal["number"], seal["first"], seal["previous"]) != (at, last + 1, before):
                yield f"seal {at}", "missing or out of place"
            if digests.get(seal["last"]) != seal["head"]:
                yield f"event {seal['last']}", f"altered or missing: seal {at} tells another hash of it"
            last, before = seal["last"], sha256(canonical).hexdigest()
        except _BAD:
            yield f"seal {at}", "unreadable"
    if key and lines and key not in used:
        yield f"seal {len(lines)}", "forged: none is signed with the key that was expected"
    if closed and max(digests) != last:
        yield f"event {max(digests)}", f"not sealed: the last seal closes event {last}"


def _first_key(seals: list[bytes], key: str) -> str:
    """The key that signs the first seal: `key`, or the one that handed over to it in the end."""
    try:
        told = [json.loads(line)["seal"] for line in seals]
        first = str(told[0]["key"])
        return first if not key or key in {seal.get("next_key") for seal in told} else key
    except (*_BAD, IndexError, AttributeError):
        return key or FIRST


def canonical_bytes(value: object) -> bytes:
    """The one way a seal is written, so that a signature fits one text."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def is_signed(key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether `signature` is the key's over `message` (Ed25519, RFC 8032 §5.1.7)."""
    scalar = int.from_bytes(signature[_SIZE:], "little")
    if len(signature) != 2 * _SIZE or scalar >= _Q:
        return False
    hashed = int.from_bytes(sha512(signature[:_SIZE] + key + message).digest(), "little") % _Q
    left = _times(scalar, _decode((4 * pow(5, -1, _P) % _P).to_bytes(_SIZE, "little")))
    right = _add(_decode(signature[:_SIZE]), _times(hashed, _decode(key)))
    return not any((left[i] * right[2] - right[i] * left[2]) % _P for i in (0, 1))


def _decode(encoded: bytes) -> tuple[int, ...]:
    sign, y = (whole := int.from_bytes(encoded, "little")) >> 255, whole & ((1 << 255) - 1)
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    x = x * _ROOT % _P if (x * x - square) % _P else x
    if len(encoded) != _SIZE or y >= _P or (x * x - square) % _P or (x == 0 and sign):
        raise ValueError("not a point of the curve")
    return (x if x & 1 == sign else _P - x), y, 1, (x if x & 1 == sign else _P - x) * y % _P


def _add(one: tuple[int, ...], two: tuple[int, ...]) -> tuple[int, ...]:
    a, b = (one[1] - one[0]) * (two[1] - two[0]) % _P, (one[1] + one[0]) * (two[1] + two[0]) % _P
    c, d = 2 * one[3] * two[3] * _D % _P, 2 * one[2] * two[2] % _P
    return (b - a) * (d - c) % _P, (d + c) * (b + a) % _P, (d - c) * (d + c) % _P, (b - a) * (b + a) % _P


def _times(count: int, point: tuple[int, ...]) -> tuple[int, ...]:
    rest = _times(count >> 1, _add(point, point)) if count else (0, 1, 1, 0)
    return _add(rest, point) if count & 1 else rest


if __name__ == "__main__":
    files = (Path(sys.argv[1], name).read_bytes() for name in ("events.jsonl", "seals.jsonl"))
    kept = [content.removesuffix(b"\n").split(b"\n") for content in files]
    keys = [argument for argument in sys.argv[2:] if ":" not in argument]
    told = list(flaws(kept[0], kept[1], *keys[:1]))
    for number, _, digits in (argument.partition(":") for argument in sys.argv[2:] if ":" in argument):
        line = kept[0][int(number) - 1] if int(number) <= len(kept[0]) else b""
        if not sha256(line).hexdigest().startswith(digits.replace(" ", "").lower() or "-"):
            told.append((f"event {number}", "rewritten or missing: its witness knew another hash of it"))
    found = [*told, ("flaws", len(told)), ("last seal", kept[1][-1].decode(errors="replace"))]
    sys.stdout.writelines(f"{where}: {what}\n" for where, what in found)
    sys.exit(bool(told))
