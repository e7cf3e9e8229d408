"""What events are signed with in tests."""

from storage.archive.trail_key import TrailKeys

SIGNING = TrailKeys(ring=((1, bytes(range(32))),))
OTHER = TrailKeys(ring=((1, bytes(32)),))
"""Of somebody who has passwords, and not the key."""
