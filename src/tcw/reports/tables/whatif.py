"""Scenarios beside today as tables.

Outcomes, what each measure does alone and last, what each wish costs, which orders are opened.
"""

from collections.abc import Mapping
from typing import Final

import polars as pl

from tcw.matching.scenarios.whatif import WhatIf
from tcw.reports.tables.match_words import wish_text
from tcw.reports.tables.table import Column, Table
from tcw.wording import Language, Message, Phrase
from tcw.wording.quantities import Count, Hours

TITLE = Phrase("title.whatif", "What if")
TITLE_OUTCOMES = Phrase("title.whatif_outcomes", "Scenarios")
TITLE_EFFECTS = Phrase("title.whatif_effects", "Effects")
TITLE_COSTS = Phrase("title.whatif_costs", "Wishes")
TITLE_OPENED = Phrase("title.whatif_opened", "Orders opened")
ROLES: Final[Mapping[str, Phrase]] = {
    "today": Phrase("whatif.today", "Today"),
    "together": Phrase("whatif.together", "All together"),
}
MEASURES: Final[Mapping[str, Phrase]] = {
    "merge_areas": Phrase("measure.merge_areas", "larger planning areas"),
    "merge_units": Phrase("measure.merge_units", "units planned together"),
    "include": Phrase("measure.include", "administrative staff"),
    "part_time": Phrase("measure.part_time", "part-timers up to 100 %"),
    "windows": Phrase("measure.windows", "acute resource windows"),
    "add_competences": Phrase("measure.add_competences", "competences added"),
    "agreement": Phrase("measure.agreement", "another agreement"),
    "without_agreements": Phrase("measure.without_agreements", "agreements lifted"),
    "limits": Phrase("measure.limits", "other limits"),
}
OVERTIME = Phrase(
    "whatif.overtime",
    "Overtime avoided: hours, breaks taken off, that a scenario fills beyond today's plan; what stays "
    "vacant is typically done as overtime.",
)
EFFECT = Phrase(
    "whatif.effect",
    "Alone: what it fills beyond today. Last: what all lose without it. Measures that open the same orders "
    "are worth less last.",
)
CHART = Phrase("whatif.book_chart", "Orders filled")
WISH_NOTE = Phrase(
    "whatif.wish_note",
    "The more the better; what a wish loses for each filled order is what it costs to fill more.",
)
SCENARIO = Phrase("column.scenario", "Scenario")
MEASURE = Phrase("column.measure", "Measure")
MEASURE_NAMES = Phrase("column.measures", "Measures")
FILLED = Phrase("column.filled", "Filled")
OF_ORDERS = Phrase("column.of_orders", "Orders")
MORE = Phrase("column.more_filled", "More than today")
MORE_SHORT = Phrase("column.more_filled_short", "More")
HOURS = Phrase("column.filled_hours", "Hours filled")
UNFILLED_HOURS = Phrase("column.unfilled_hours", "Hours unfilled")
AVOIDED = Phrase("column.overtime_avoided", "Overtime avoided, h")
REQUESTS = Phrase("column.requests", "Requests")
ERRORS = Phrase("column.new_errors", "New errors")
ERRORS_SHORT = Phrase("column.new_errors_short", "Errors")
STATUS = Phrase("column.plan_status", "Plan")
STATUSES: Final[Mapping[str, Phrase]] = {
    "optimal": Phrase("status.optimal", "proven"),
    "feasible": Phrase("status.feasible", "best found"),
    "infeasible": Phrase("status.infeasible", "nothing filled"),
    "none": Phrase("status.none", "no orders"),
}
ALONE = Phrase("column.alone", "Alone, orders")
ALONE_HOURS = Phrase("column.alone_hours", "Alone, h")
LAST = Phrase("column.last", "Last, orders")
LAST_HOURS = Phrase("column.last_hours", "Last, h")
WISH = Phrase("column.wish", "Wish")
VALUE = Phrase("column.wish_value", "Value")
BOUND = Phrase("column.wish_bound", "Bound")
PROVEN = Phrase("column.wish_proven", "Proven")
PER_ORDER = Phrase("column.wish_per_order", "For each filled order")
PER_ORDER_TODAY = Phrase("column.wish_per_order_today", "For each, today")
TITLE_PER_ORDER = Phrase("title.whatif_per_order", "Wishes per filled order")
WISH_HEADINGS: Final[Mapping[str, Phrase]] = {
    "employment": Phrase("wish_heading.employment", "Employment"),
    "tier": Phrase("wish_heading.tier", "Circle"),
    "continuity": Phrase("wish_heading.continuity", "Continuity"),
    "fairness": Phrase("wish_heading.fairness", "Fairness"),
    "stability": Phrase("wish_heading.stability", "Stability"),
}
VALUE_TODAY = Phrase("column.wish_today", "Value today")
ORDER = Phrase("column.order", "Order")
YES_NO: Final[Mapping[str, Phrase]] = {
    "true": Phrase("explain.yes", "yes"),
    "false": Phrase("explain.no", "no"),
}


def with_labels(frame: pl.DataFrame, lang: Language) -> pl.DataFrame:
    """Add `label` (String) to a frame with `role` and `scenario`: what a row is called."""
    return frame.with_columns(
        label=pl.coalesce(
            "scenario",
            pl.col("role").replace({role: phrase.say(lang) for role, phrase in ROLES.items()}),
        )
    )


def tables(result: WhatIf, lang: Language) -> tuple[Table, ...]:
    """Return all tables, those without rows left out."""
    every = (
        outcomes_table(result, lang),
        effects_table(result, lang),
        costs_table(result, lang),
        opened_table(result, lang),
    )
    return tuple(table for table in every if table.frame.height)


def outcomes_table(result: WhatIf, lang: Language) -> Table:
    """Return a row for each of today, every scenario and all together."""
    words = {kind: phrase.say(lang) for kind, phrase in MEASURES.items()}
    frame = with_labels(result.outcomes, lang).with_columns(
        measure_names=pl.col("measures").list.eval(pl.element().replace(words)).list.join(", ")
    )
    columns = (
        Column("label", SCENARIO),
        Column("filled", FILLED, "count"),
        Column("orders", OF_ORDERS, "count"),
        Column("more", MORE, "count", short=MORE_SHORT),
        Column("hours", HOURS, "hours"),
        Column("unfilled_hours", UNFILLED_HOURS, "hours"),
        Column("overtime_avoided", AVOIDED, "hours"),
        Column("requests", REQUESTS, "count"),
        Column("errors", ERRORS, "count", short=ERRORS_SHORT),
        Column("status", STATUS, words=STATUSES),
        Column("measure_names", MEASURE_NAMES),
    )
    return Table("whatif", TITLE_OUTCOMES, columns, frame, note=Message(OVERTIME))


def effects_table(result: WhatIf, lang: Language) -> Table:
    """Return what each measure of a scenario, and each scenario of all together, does alone and last."""
    words = {kind: phrase.say(lang) for kind, phrase in MEASURES.items()}
    together = pl.col("role") == "together"
    frame = result.effects.with_columns(
        label=pl.when(together).then(pl.lit(ROLES["together"].say(lang))).otherwise("scenario"),
        part=pl.when(together).then("scenario").otherwise(pl.col("measure").replace(words)),
    )
    columns = (
        Column("label", SCENARIO),
        Column("part", MEASURE),
        Column("alone", ALONE, "count"),
        Column("alone_hours", ALONE_HOURS, "hours"),
        Column("last", LAST, "count"),
        Column("last_hours", LAST_HOURS, "hours"),
    )
    return Table("whatif_effects", TITLE_EFFECTS, columns, frame, note=Message(EFFECT))


def costs_table(result: WhatIf, lang: Language) -> Table:
    """Return each wish's value and bound in each scenario, and its value today."""
    wishes = result.costs.select("name", "part").unique().to_dicts()
    worded = pl.DataFrame(
        [(one["name"], one["part"], wish_text(one["name"], one["part"], lang)) for one in wishes],
        schema={"name": pl.String, "part": pl.Int32, "wish": pl.String},
        orient="row",
    )
    frame = (
        with_labels(result.costs, lang)
        .join(worded, on=["name", "part"], how="left", nulls_equal=True, maintain_order="left")
        .with_columns(pl.col("proven").cast(pl.String))
    )
    columns = (
        Column("label", SCENARIO),
        Column("wish", WISH),
        Column("value", VALUE, "count"),
        Column("bound", BOUND, "count"),
        Column("proven", PROVEN, words=YES_NO),
        Column("today", VALUE_TODAY, "count"),
        Column("per_order", PER_ORDER, "hours"),
        Column("per_order_today", PER_ORDER_TODAY, "hours"),
    )
    return Table("whatif_wishes", TITLE_COSTS, columns, frame, note=Message(WISH_NOTE))


def costs_by_scenario(result: WhatIf, lang: Language) -> Table:
    """Return a row for each scenario and a column for each wish after filled orders.

    What it reaches for each filled order.
    """
    costs = with_labels(result.costs.filter(pl.col("name") != "filled"), lang)
    names = costs["name"].unique(maintain_order=True).to_list()
    frame = costs.pivot("name", index="label", values="per_order", maintain_order=True)
    columns = (
        Column("label", SCENARIO),
        *(Column(name, WISH_HEADINGS[name], "hours") for name in names),
    )
    return Table("whatif_costs", TITLE_PER_ORDER, columns, frame, note=Message(WISH_NOTE))


def opened_table(result: WhatIf, lang: Language) -> Table:
    """Return the orders that scenarios fill and today's plan does not."""
    columns = (Column("label", SCENARIO), Column("order_id", ORDER, "id"))
    return Table("whatif_opened", TITLE_OPENED, columns, with_labels(result.opened, lang))


def best_line(result: WhatIf, lang: Language) -> str:
    """Return in a sentence which scenario fills most; the first of those that fill as many."""
    best = with_labels(result.outcomes.filter(pl.col("role") == "scenario"), lang).sort(
        "more", "hours", descending=True, maintain_order=True
    )
    row = best.row(0, named=True)
    if row["more"] <= 0:
        return NOTHING_MORE.say(lang)
    return BEST.say(
        lang, scenario=row["label"], more=Count(row["more"]), hours=Hours(row["overtime_avoided"])
    )


BEST = Phrase(
    "whatif.best", "Most is gained by {scenario}: {more:order|orders} more, {hours} of overtime avoided."
)
NOTHING_MORE = Phrase("whatif.nothing_more", "No scenario fills more than today's plan.")
