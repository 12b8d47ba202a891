"""An agreement has a limit below the floor of the working time directive.

Collective agreements may depart from Arbetstidslagen, but not to a less favourable rule than the Directive's
(Arbetstidslagen 3 §, *EG-spärren*): daily rest of 11 hours (2003/88/EC article 3), a break when the day is
longer than 6 hours (article 4), weekly rest of 24 hours and the daily 11, 35 in all (article 5), 48 hours a
week on average (article 6), and 8 hours in 24 on average for night workers (article 8). The Directive's own
exceptions (articles 17 and 18: other rests where they are made up for) are `daily_rest_with_compensation` and
the like, and no floor here. An averaging period above 12 months (article 19) is refused when tcw.yaml is
read.

One finding for each agreement that is in use or in tcw.yaml, and limit. A limit that is `none` counts as no
rest at all, or as all hours of the week or day.
"""

from collections.abc import Iterator
from math import isinf

import polars as pl

from tcw.rules.engine.context import Context
from tcw.rules.engine.terms import FLOOR, Terms, agreements
from tcw.rules.rule import Judgement, Rule
from tcw.wording import Phrase

AT_LEAST = ("daily_rest", "weekly_rest")
AT_MOST = {"average_week": 168.0, "night_average": 24.0, "break_after": 24.0}
"""Limit -> all the hours there are, which `none` allows."""
LIMITS_SCHEMA = pl.Schema(
    {"agreement": pl.String(), "name": pl.String(), "measured": pl.Float64(), "limit": pl.Float64()}
)


def judge(context: Context) -> Judgement:
    """Return a finding for each agreement and limit below the floor."""
    known = agreements(context.schedule.config)
    own = [known[code] for code in context.schedule.config.agreements]
    all_terms = {terms.code: terms for terms in (*context.in_force.terms, *own)}
    rows = [(terms.code, *row) for terms in all_terms.values() for row in _below(terms)]
    below = pl.DataFrame(rows, schema=LIMITS_SCHEMA, orient="row")
    return Judgement(
        below.select("agreement", "measured", "limit", subject=pl.format("{}: {}", "agreement", "name")),
        judged=len(all_terms) * (len(AT_LEAST) + len(AT_MOST)),
    )


def _below(terms: Terms) -> Iterator[tuple[str, float, float]]:
    """Yield (limit, what it is, the floor) of each limit below the floor."""
    for name in AT_LEAST:
        rest, floor = float(getattr(terms, name)), float(getattr(FLOOR, name))
        promised = 0.0 if isinf(rest) else rest
        if promised < floor:
            yield name, promised, floor
    for name, all_hours in AT_MOST.items():
        hours, floor = float(getattr(terms, name)), float(getattr(FLOOR, name))
        if hours > floor:
            yield name, min(hours, all_hours), floor


RULE = Rule(
    code="AG05",
    name="agreement-below-floor",
    label=Phrase("rule.AG05", "Agreement below the Directive's floor"),
    message=Phrase("rule.AG05.message", "{subject} is {measured}; the Directive's floor is {limit}"),
    source="2003/88/EG, Arbetstidslagen 3 §",
    judge=judge,
    direction="either",
    scope="settings",
    terms=(*AT_LEAST, *AT_MOST),
    timeless=True,
)
