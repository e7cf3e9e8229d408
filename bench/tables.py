"""Results as Markdown."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Table:
    """A titled table."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def markdown(self) -> str:
        """The table under its title."""
        rule = "|".join(["---", *["---:"] * (len(self.heads) - 1)])
        lines = [f"| {' | '.join(row)} |" for row in (self.heads, *self.rows)]
        return "\n".join([f"### {self.title}", "", lines[0], f"|{rule}|", *lines[1:], ""])
