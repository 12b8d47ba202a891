"""`tcw check` on sources larger than memory: judged part by part, each part's findings weighed and piled up in files."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import polars as pl

from tcw.rules.engine.found import SCHEMA, Found
from tcw.rules.engine.ground import Site
from tcw.rules.engine.judged import none_yet
from tcw.rules.engine.run import CheckFacts, facts_of
from tcw.rules.engine.standing import STALE_SCHEMA, Standing
from tcw.rules.engine.weighed import Weighed
from tcw.rules.rule import Rule

MOST_LISTED = 1_000_000
"""So many findings are in a workbook, the worst; more would not fit a sheet."""


def gather(
    parts: Iterable[Weighed], site: Site, rules: tuple[Rule, ...], folder: Path
) -> tuple[CheckFacts, Standing, Found]:
    """Add up what was found in each part, and pile up the findings in `folder`. Raises OSError: the disk is full."""
    found, judged, flagged = Found(folder), none_yet(rules), Counter[str]()
    gone, stale = 0, [pl.DataFrame(schema=STALE_SCHEMA)]
    for part in parts:
        judged.add(part.judged)
        flagged.update(part.flagged)
        gone += part.gone
        stale.append(part.stale)
        if part.path is None:
            found.add(part.findings, part.tally)
        else:
            found.add_file(part.path, part.height, part.tally)
    found.leave_out(list(judged.failures))
    facts = facts_of(site, rules, judged, flagged)
    all_stale = pl.concat(stale).sort("code", "staff_id", "from", nulls_last=True)
    return facts, Standing(pl.DataFrame(schema=SCHEMA), gone, all_stale), found
