"""What is known of agreements, from tcw.yaml and from a table of agreements in the export."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from tcw.audit.item import Ground
from tcw.audit.settings_tables import named_like, of_family
from tcw.audit.values import spelled
from tcw.intake.headers.aliases import folded, plain
from tcw.model.export import EXTRA, ExportTable
from tcw.rules.engine.terms import agreements

BY_NAME = ("kris", "crisis", "undantag", "dispens", "ignorera", "ignore", "exception", "regelbrott")
ASSISTANT = ("assistent", "assistant")
LENIENT_HEADER = ("ignorera", "ignore", "regelbrott", "undantag", "exception")
DECISION_HEADER = ("beslut", "decision", "diarie", "dnr")
DECISION_END = ("beslutgallertill", "beslutgillttill", "beslutetgallertill", "decisionvalidto", "decisionto")
YES = ("ja", "yes", "true", "sant", "1", "x")


@dataclass(frozen=True, slots=True)
class Described:
    """What is known of one agreement."""

    lenient: bool
    """It lets rules be ignored."""
    decision: str | None = None
    decision_to: date | None = None
    assistant: bool = False


def described(ground: Ground) -> dict[str, Described]:
    """Return the agreements somebody has described, as links write them."""
    linked = ground.after.schedule.tables["agreement_links"]["agreement_id"].unique().to_list()
    terms = agreements(ground.config)
    by_code = {code.casefold(): one for code, one in terms.items()}
    found: dict[str, Described] = {}
    for name in linked:
        one = by_code.get(name.casefold())
        if one is not None:
            found[name] = Described(bool(one.ignores), one.decision, one.decision_to, one.for_assistant)
    for changes in of_family(ground.changes, "agreements", ground.config.checklist):
        if changes.pair.after is not None:
            _from_table(changes.pair.after, set(linked), found)
    return found


def _from_table(table: ExportTable, linked: set[str], found: dict[str, Described]) -> None:
    """Add what a table of agreements says; tcw.yaml goes first, but for a decision it does not name."""
    names = {column: folded(plain(column.removeprefix(EXTRA))) for column in table.compared}
    key = next((column for column in table.compared if set(table.frame[column].drop_nulls()) & linked), None)
    if key is None:
        return
    lenient = next((c for c, name in names.items() if any(word in name for word in LENIENT_HEADER)), None)
    end = next((c for c, name in names.items() if name.startswith(DECISION_END)), None)
    decision = next(
        (c for c, name in names.items() if any(word in name for word in DECISION_HEADER) and c != end), None
    )
    blank = pl.lit(None, dtype=pl.String)
    rows = table.frame.select(
        key=pl.col(key),
        lenient=pl.col(lenient).str.to_lowercase().is_in(YES) if lenient else pl.lit(value=False),
        decision=pl.col(decision) if decision else blank,
        until=(spelled(pl.col(end)) if end else blank).str.to_date("%Y-%m-%d", strict=False),
    ).filter(pl.col("key").is_in(sorted(linked)))
    for name, is_lenient, reference, until in rows.rows():
        known = found.get(name)
        found[name] = Described(
            bool(is_lenient) or (known.lenient if known else False),
            (known.decision if known else None) or reference,
            (known.decision_to if known else None) or until,
            assistant=known.assistant if known else False,
        )


def exceptions(ground: Ground, known: Mapping[str, Described]) -> set[str]:
    """Return the agreements that let rules be ignored."""
    return {name for name in _linked(ground) if _is_exception(ground, name, known)}


def _is_exception(ground: Ground, name: str, known: Mapping[str, Described]) -> bool:
    if any(named_like(name, pattern) for pattern in ground.config.checklist.exceptions):
        return True
    if name in known and known[name].lenient:
        return True
    before = ground.before.schedule.tables["agreement_links"]["agreement_id"]
    told = name in known and name.casefold() in {code.casefold() for code in ground.config.agreements}
    # What nobody describes is told by its name; what was linked before the change was no part of it.
    return not told and name not in set(before) and any(word in folded(plain(name)) for word in BY_NAME)


def assistants(ground: Ground, known: Mapping[str, Described]) -> set[str]:
    """Return the agreements of the booking assistant."""
    told = {
        name
        for name in _linked(ground)
        if any(named_like(name, pattern) for pattern in ground.config.checklist.assistant_agreements)
        or (name in known and known[name].assistant)
    }
    named = {name for name in _linked(ground) if any(word in folded(plain(name)) for word in ASSISTANT)}
    described_ones = {code for code, one in ground.config.agreements.items() if one.for_assistant}
    return told | named | described_ones


def _linked(ground: Ground) -> list[str]:
    return sorted(
        ground.after.schedule.tables["agreement_links"]["agreement_id"].unique().drop_nulls().to_list()
    )


def link_rows(ground: Ground) -> pl.DataFrame:
    """Return the later side's links that hold on at least one day."""
    links = ground.after.schedule.tables["agreement_links"]
    return links.filter((pl.col("valid_from") <= pl.col("valid_to")).fill_null(value=True)).unique(
        maintain_order=True
    )
