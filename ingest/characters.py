"""Characters that a file holds but nobody reads: control and invisible format characters."""

from __future__ import annotations

import re

# Unicode Cc without tab, line feed and carriage return.
CONTROL = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
# Unicode Cf: soft hyphen, zero-width and bidirectional marks, byte order marks, tags. They are
# never seen, and between two characters of a word they would hide it from search.
INVISIBLE = (
    "\u00ad\u0600-\u0605\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f"
    "\ufeff\ufff9-\ufffb\U000e0001\U000e0020-\U000e007f"
)
UNSEEN = re.compile(f"(?P<control>[{CONTROL}]+)|[{INVISIBLE}]+")


def why_unseen(match: re.Match[str]) -> str:
    """The furniture reason of a match of ``UNSEEN``."""
    return "control character" if match["control"] else "invisible character"
