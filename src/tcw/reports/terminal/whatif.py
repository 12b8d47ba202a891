"""Scenarios on a terminal: a table, a bar for each, what each measure does, what each wish costs."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from tcw.matching.scenarios.whatif import WhatIf
from tcw.reports.tables.table import Table
from tcw.reports.tables.whatif import (
    EFFECT,
    OVERTIME,
    SCENARIO,
    TITLE,
    WISH_NOTE,
    best_line,
    costs_by_scenario,
    effects_table,
    named,
    outcomes_table,
)
from tcw.reports.terminal.kpi import print_frame
from tcw.reports.terminal.printer import can_show, fitting, plain_grid
from tcw.wording import Language, Phrase
from tcw.wording.quantities import Count

CHART = Phrase("whatif.chart", "Orders filled, of {orders}; what a scenario fills beyond today is dark")
FILLED = Phrase("column.filled", "Filled")
BAR = 40
BLOCKS, PLAIN = ("░", "█"), ("-", "#")
"""What today fills as well, and what a scenario fills beyond it; the second pair where the terminal has no blocks."""
ROWS = 40


def print_whatif(console: Console, found: WhatIf, lang: Language) -> None:
    """Print everything; it fits 80 columns."""

    def line(text: str, style: str = "") -> None:
        console.print(Padding(Text(fitting(text, console), style=style), 0, expand=False), highlight=False)

    line(TITLE.say(lang), "bold")
    line(best_line(found, lang))
    line("")
    print_frame(
        console,
        _without(outcomes_table(found, lang), "orders", "unfilled_hours", "status", "taken"),
        lang,
        ROWS,
    )
    line(OVERTIME.say(lang), "dim")
    line("")
    _bars(console, found, lang)
    if found.effects.height:
        line("")
        print_frame(console, effects_table(found, lang), lang, ROWS)
        line(EFFECT.say(lang), "dim")
    costs = costs_by_scenario(found, lang)
    if costs.frame.height:
        line("")
        print_frame(console, costs, lang, ROWS)
        line(WISH_NOTE.say(lang), "dim")


def _without(table: Table, *keys: str) -> Table:
    return replace(table, columns=tuple(column for column in table.columns if column.key not in keys))


def _bars(console: Console, found: WhatIf, lang: Language) -> None:
    """Print a bar for each row, of the whole of the orders."""
    total = found.outcomes["orders"].max()
    assert isinstance(total, int)
    console.print(Text(fitting(CHART.say(lang, orders=Count(total)), console), style="bold"), highlight=False)
    light, dark = BLOCKS if can_show("".join(BLOCKS), console) else PLAIN
    today = int(found.outcomes["filled"][0])

    def length(value: pl.Expr) -> pl.Expr:
        return (value.cast(pl.Int64) * BAR + total // 2) // max(total, 1)

    both = length(pl.min_horizontal(pl.col("filled").cast(pl.Int64), pl.lit(today)))
    scaled = named(found.outcomes, lang).select(
        "label",
        "filled",
        bar=pl.lit(light).repeat_by(both).list.join(""),
        more=pl.lit(dark).repeat_by(length(pl.col("filled")) - both).list.join(""),
    )
    grid = plain_grid(console)
    grid.show_header = False
    grid.add_column(fitting(SCENARIO.say(lang), console), overflow="fold")
    grid.add_column(fitting(FILLED.say(lang), console), justify="right", no_wrap=True)
    grid.add_column("", no_wrap=True)
    for label, filled, bar, more in scaled.rows():
        cells = Text(bar, style="cyan")
        cells.append(more, style="bold green")
        grid.add_row(Text(fitting(label, console)), Text(Count(filled).say(lang)), cells)
    console.print(grid)
