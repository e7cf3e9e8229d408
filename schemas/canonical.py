"""The one way a signed record is written, so that a signature fits one text."""

import json


def canonical_bytes(value: object) -> bytes:
    """`value` (JSON types only) as UTF-8: keys sorted, no blanks, nothing escaped that need not be.

    The stand-alone verifier of an exported trail has its own copy of this line.
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
