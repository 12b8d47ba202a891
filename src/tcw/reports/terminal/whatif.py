"""Scenarios on a terminal: a table, a bar for each, what each measure does, what each wish costs."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
from rich.console import Console
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
    outcomes_table,
    with_labels,
)
from tcw.reports.terminal.printer import Printer, can_show, fitting, plain_grid
from tcw.wording import Language, Phrase
from tcw.wording.quantities import Count

CHART = Phrase("whatif.chart", "Orders filled, of {orders}; what a scenario fills beyond today is dark")
FILLED = Phrase("column.filled", "Filled")
BAR = 40
BLOCKS, PLAIN = ("░", "█"), ("-", "#")
"""What today fills as well, and what a scenario fills beyond it; the second pair where the terminal has no
blocks."""
ROWS = 40


def print_whatif(console: Console, result: WhatIf, lang: Language) -> None:
    """Print everything; it fits 80 columns."""
    printer = Printer(console, lang)
    printer.hanging(TITLE.say(lang), 0, "bold", fill=False)
    printer.hanging(best_line(result, lang), 0, fill=False)
    outcomes = _without(outcomes_table(result, lang), "orders", "unfilled_hours", "status", "measure_names")
    _print_table(printer, outcomes, OVERTIME)
    _print_bars(printer, result)
    if result.effects.height:
        _print_table(printer, effects_table(result, lang), EFFECT)
    costs = costs_by_scenario(result, lang)
    if costs.frame.height:
        _print_table(printer, costs, WISH_NOTE)


def _print_table(printer: Printer, table: Table, note: Phrase) -> None:
    printer.table(table, ROWS)
    printer.hanging(note.say(printer.lang), 0, "dim", fill=False)


def _without(table: Table, *keys: str) -> Table:
    return replace(table, columns=tuple(column for column in table.columns if column.key not in keys))


def _print_bars(printer: Printer, result: WhatIf) -> None:
    """Print a bar for each row, of the whole of the orders."""
    console, lang = printer.console, printer.lang
    total = result.outcomes["orders"].max()
    assert isinstance(total, int)
    printer.line(CHART.say(lang, orders=Count(total)), "bold")
    light, dark = BLOCKS if can_show("".join(BLOCKS), console) else PLAIN
    today = int(result.outcomes["filled"][0])

    def length(value: pl.Expr) -> pl.Expr:
        return (value.cast(pl.Int64) * BAR + total // 2) // max(total, 1)

    both = length(pl.min_horizontal(pl.col("filled").cast(pl.Int64), pl.lit(today)))
    scaled = with_labels(result.outcomes, lang).select(
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
        grid.add_row(printer.text(label), Text(Count(filled).say(lang)), cells)
    console.print(grid)
