"""`tcw check` on sources larger than memory: judged part by part, each part's findings weighed and piled up in files."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import polars as pl

from tcw.rules.found import SCHEMA, Found
from tcw.rules.ground import Site
from tcw.rules.judged import none_yet
from tcw.rules.portions import Portion
from tcw.rules.rule import Rule
from tcw.rules.run import CheckFacts, facts_of
from tcw.rules.standing import STALE_SCHEMA, Standing, standing

MOST_LISTED = 1_000_000
"""So many findings are in a workbook, the worst; more would not fit a sheet."""


def gather(
    portions: Iterable[Portion],
    site: Site,
    rules: tuple[Rule, ...],
    folder: Path,
    *,
    keep: pl.Expr | None,
    baseline: pl.DataFrame | None,
    accepted: pl.DataFrame | None,
) -> tuple[CheckFacts, Standing, Found]:
    """Weigh the findings of each part and pile them up in `folder`.

    `keep`: which findings the user wants; `baseline`, `accepted`: see `standing`. Raises OSError: the disk is full.
    """
    found, judged, flagged = Found(folder), none_yet(rules), Counter[str]()
    gone, stale = 0, [pl.DataFrame(schema=STALE_SCHEMA)]
    about_people = [rule.code for rule in rules if rule.scope == "people"]
    for portion in portions:
        judged.add(portion.judged)
        flagged.update(dict(portion.findings.group_by("code").len().rows()))
        mine = _about(portion, site.people, about_people)
        wanted = portion.findings if keep is None else portion.findings.filter(keep)
        weighed = standing(
            wanted,
            None if baseline is None else baseline.filter(mine),
            None if accepted is None else accepted.filter(mine),
        )
        gone += weighed.gone
        stale.append(weighed.stale)
        found.add(weighed.findings)
    found.leave_out(list(judged.failures))
    facts = facts_of(site, rules, judged, flagged)
    all_stale = pl.concat(stale).sort("code", "staff_id", "from", nulls_last=True)
    return facts, Standing(pl.DataFrame(schema=SCHEMA), gone, all_stale), found


def _about(portion: Portion, people: pl.DataFrame, codes: list[str]) -> pl.Expr:
    """Return which earlier findings the portion would find again: of its people, or all that no people's portion does."""
    ids = (people if portion.people is None else portion.people)["staff_id"]
    theirs = pl.col("code").is_in(codes) & pl.col("staff_id").is_in(ids.implode()).fill_null(value=False)
    return theirs.not_() if portion.people is None else theirs
