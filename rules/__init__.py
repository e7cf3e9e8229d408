"""What the law *says*: pure functions, no I/O and no clock; "today" is an argument.

Each rule names its legal or technical source. A failed rule is a `Problem` for a person, never a
correction of what a paper says.
"""
