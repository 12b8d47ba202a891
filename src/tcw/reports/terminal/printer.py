"""Tables, lines and figures on a terminal, on whatever terminal it is.

Also of code page 1252, also a pipe.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import polars as pl
from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from tcw.model.intake_report import IntakeReport
from tcw.reports.tables.table import Column, Table, with_frame
from tcw.reports.tables.texts import text_frame
from tcw.wording import Language, Phrase
from tcw.wording.quantities import Count

STAND_INS = str.maketrans({"−": "-", "–": "-", "…": "...", "\N{NO-BREAK SPACE}": " ", "·": "-", "→": "->"})
"""What to print for characters an encoding does not have."""
ROWS_READ = Phrase("terminal.rows", "Rows read")
ROWS = Phrase("terminal.rows_split", "{read} = {accepted} accepted + {rejected} rejected")
MORE = Phrase("terminal.more", "… and {count} more")
TOO_NARROW = Phrase("terminal.too_narrow", "No room at this width for: {names}")
NOTHING = Phrase("terminal.nothing", "No rows.")
ROWS_SHOWN = 50


class Printer:
    """Prints text and nothing else: no markup, no highlighting, only what the encoding can show.

    `shown` turns each text into what may be shown of it.
    """

    def __init__(self, console: Console, lang: Language, shown: Callable[[str], str] = str) -> None:
        """Keep where to print, and how."""
        self.console, self.lang, self.shown = console, lang, shown

    def text(self, text: str, style: str = "") -> Text:
        """Return a text as it can be shown."""
        return Text(fitting(self.shown(text), self.console), style=style)

    def line(self, text: str = "", style: str = "") -> None:
        """Print a text on lines of its own; without one, an empty line."""
        self.console.print(self.text(text, style), highlight=False)

    def heading(self, text: str) -> None:
        """Print an empty line, then what the next lines are about."""
        self.line()
        self.line(text, "bold")

    def hanging(self, text: str, indent: int, style: str = "", *, fill: bool = True) -> None:
        """Print a text whose further lines begin where its first does, `fill`ed with blanks to the width."""
        padded = Padding(self.text(text, style), (0, 0, 0, indent), expand=fill)
        self.console.print(padded, highlight=False)

    def rows_read(self, intake: IntakeReport) -> None:
        """Say what became of the rows that were read."""
        counts = {"read": intake.rows_read, "accepted": intake.accepted, "rejected": intake.rejected}
        rows = ROWS.say(self.lang, **{name: Count(number) for name, number in counts.items()})
        self.line(f"{ROWS_READ.template(self.lang)}: {rows}", "yellow" if intake.rejected else "")

    def grid(self, table: Table) -> tuple[Column, ...]:
        """Print a (short) table without its title; return the columns there is no room for."""
        shown, left_out = narrowed(table, self.lang, self.console.width)
        self.console.print(grid_of(shown, self.lang, self.console))
        return left_out

    def table(self, table: Table, limit: int = ROWS_SHOWN) -> None:
        """Print a table's title, its first `limit` rows, and how many more there are."""
        lang = self.lang
        self.line(table.title.template(lang), "bold")
        if table.frame.is_empty():
            self.line(NOTHING.template(lang))
            return
        left_out = self.grid(with_frame(table, table.frame.head(limit)))
        if left_out:
            names = ", ".join((column.short or column.label).template(lang) for column in left_out)
            self.line(TOO_NARROW.say(lang, names=names), "dim")
        if table.frame.height > limit:
            self.line(MORE.say(lang, count=Count(table.frame.height - limit)), "dim")


def print_table(console: Console, table: Table, lang: Language, limit: int = ROWS_SHOWN) -> None:
    """Print a table of a command that has no summary."""
    Printer(console, lang).table(table, limit)


def can_show(text: str, console: Console) -> bool:
    """Return True when the console's encoding has all characters of the text."""
    try:
        text.encode(console.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def fitting(text: str, console: Console) -> str:
    """Return the text with characters the console's encoding lacks replaced, so that printing never fails."""
    if can_show(text, console):
        return text
    encoding = console.encoding or "ascii"
    shown = "".join(char if can_show(char, console) else char.translate(STAND_INS) for char in text)
    try:
        return shown.encode(encoding, "replace").decode(encoding)
    except LookupError:
        return shown.encode("ascii", "replace").decode("ascii")


def plain_grid(console: Console) -> Grid:
    """Return an empty table with a line under its headings and nothing else."""
    style = box.SIMPLE_HEAD if can_show("─", console) else box.ASCII2
    return Grid(box=style, show_edge=False, pad_edge=False, header_style="bold", padding=(0, 1, 0, 0))


def grid_of(table: Table, lang: Language, console: Console) -> Grid:
    """Return a (short) table as a grid: numbers right, figures beyond their level in red."""
    grid = plain_grid(console)
    texts = text_frame(table, lang)
    for column, width in zip(table.columns, _widths(table, texts, lang, console.width), strict=True):
        label = fitting(_heading(column, lang), console)
        grid.add_column(label, justify="right" if column.numeric else "left", width=width, overflow="fold")
    reds = table.frame.select(column.beyond().alias(column.key) for column in table.columns)
    cells = [
        [
            Text(fitting(text, console), style="bold red" if red else "")
            for text, red in zip(column, flags, strict=True)
        ]
        for column, flags in zip(texts.get_columns(), reds.get_columns(), strict=True)
    ]
    for row in zip(*cells, strict=True):
        grid.add_row(*row)
    return grid


LEAST_MISSED = (
    "category",
    "employment_type",
    "planning_area",
    "normal_h",
    "bookable_h",
    "absence_h",
    "non_billable_h",
    "billable_h",
    "employees",
    "unit_id",
    "name",
    "bookings",
    "activity_name",
    "unit_name",
    "level",
    "billing_rate_2b",
    "billing_rate_2a",
    "billing_rate_1b",
    "billing_rate_1a",
    "booking_vs_employment",
    "employment_rate",
    "absence_rate",
)
"""Columns left out of a narrow terminal, the first first; never a table's first, which says what a row is
about."""
GAP = 2
WRAPS_BEYOND = 16
"""Text may be wrapped at this many characters before columns are left out."""


def narrowed(table: Table, lang: Language, width: int) -> tuple[Table, tuple[Column, ...]]:
    """Return the table with as many columns as fit the width, and the columns that were left out."""
    texts = text_frame(table, lang)
    needs = {column.key: GAP + _least(column, texts, lang) for column in table.columns}
    kept, needed = [column.key for column in table.columns], sum(needs.values()) - GAP
    for key in LEAST_MISSED:
        if needed > width and key in kept[1:]:
            kept.remove(key)
            needed -= needs[key]
    columns = tuple(column for column in table.columns if column.key in kept)
    return replace(table, columns=columns), tuple(
        column for column in table.columns if column.key not in kept
    )


def full_width(table: Table, lang: Language) -> int:
    """Return the characters the table needs with nothing wrapped."""
    texts = text_frame(table, lang)
    widths = [max(_longest(column, texts), len(_heading(column, lang))) for column in table.columns]
    return sum(widths) + GAP * (len(widths) - 1)


def _heading(column: Column, lang: Language) -> str:
    return (column.short or column.label).template(lang)


def _longest(column: Column, texts: pl.DataFrame) -> int:
    length = texts.get_column(column.key).str.len_chars().max() if texts.height else 0
    assert isinstance(length, int)
    return length


def _least(column: Column, texts: pl.DataFrame, lang: Language) -> int:
    """Return the characters a column needs, with its heading wrapped at blanks and text where it may be."""
    value = _longest(column, texts)
    if column.kind == "text":
        value = min(value, WRAPS_BEYOND)
    return max([value, *map(len, _heading(column, lang).split())])


def _widths(table: Table, texts: pl.DataFrame, lang: Language, width: int) -> list[int | None]:
    """Return the columns' widths: what they need, then room for whole values, then for whole headings.

    Where not even the least fits, the terminal library decides.
    """
    widths = [_least(column, texts, lang) for column in table.columns]
    room = width - sum(widths) - GAP * (len(widths) - 1)
    if room < 0:
        return [None] * len(widths)
    for wanted in (
        [_longest(column, texts) for column in table.columns],
        [len(_heading(c, lang)) for c in table.columns],
    ):
        for place, length in enumerate(wanted):
            more = min(max(length - widths[place], 0), room)
            widths[place] += more
            room -= more
    return list(widths)


BLOCKS = "▁▂▃▄▅▆▇█"
PLAIN = "_.,:-=+#"
"""The same eight heights where the terminal has no block characters, lowest first."""


def sparkline(values: pl.Series, width: int, *, blocks: bool) -> str:
    """Return the values (Float64, null where not defined) as at most `width` characters, lowest to highest.

    The line is scaled to the figure's own lowest and highest value. More values than characters are averaged
    into `width` parts; a part without any defined value is a blank. A flat line is drawn in the middle.
    """
    if values.is_empty():
        return ""
    frame = pl.DataFrame({"value": values.cast(pl.Float64)}).with_row_index("at")
    parts = min(width, frame.height)
    marks = BLOCKS if blocks else PLAIN
    value, low, high = pl.col("value"), pl.col("value").min(), pl.col("value").max()
    height = (
        pl.when(high - low > 0)
        .then((value - low) / (high - low) * (len(marks) - 1))
        .otherwise(len(marks) // 2)
    )
    rounded = pl.when(value.is_not_null()).then(height.round(0).cast(pl.Int32))
    mark = rounded.replace_strict(list(range(len(marks))), list(marks), default=" ", return_dtype=pl.String)
    line: str = (
        frame.group_by((pl.col("at") * parts // frame.height).alias("part"))
        .agg(value.mean())
        .sort("part")
        .select(mark.str.join(""))
        .item()
    )
    return line
