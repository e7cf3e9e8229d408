"""Lines of running text, where words of a label mean other things, too."""

from ocr.text.tokens import Row, is_enumerator

_LINE_PITCH = 2.2
"""Lines of running text begin no further below each other, in their heights."""
_FULL = 0.85
"""Of the width between equal margins: a line that reaches so far had no room for a further word."""


def goes_on(above: Row, row: Row) -> bool:
    """Running text goes on in `row`, in small letters, for want of room in the line above."""
    first, last = row.tokens[0], above.tokens[-1]
    if above.page is not row.page or not first.text[:1].islower() or is_enumerator(first.text):
        return False
    is_below = 0 < first.box.top - above.box.top < _LINE_PITCH * max(above.height, row.height)
    is_full = last.box.right > row.box.left + _FULL * (row.page.width_px - 2 * row.box.left)
    return is_below and is_full and not last.text.endswith((".", ":", ";"))


def is_bracketed(row: Row, start: int) -> bool:
    """Inside brackets that opened further left: `(Ký, ghi rõ họ tên, chức vụ và đóng dấu)`."""
    before = " ".join(token.text for token in row.tokens[:start])
    return before.count("(") > before.count(")")


def follows_clause(before: str, first: str) -> bool:
    """Whether the word `first` follows a comma or a name: what running text says next of a person."""
    after_name = before[:1].isupper() or before[:1].isdigit()
    return before.endswith((",", ";")) or (after_name and first[:1].islower())
