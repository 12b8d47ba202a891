"""Agreements as tcw.yaml and a table of the export describe them: which let rules be ignored, until when."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from tcw.audit.item import AuditContext
from tcw.audit.pairing import bare, bare_header
from tcw.audit.settings_tables import as_day, column_with, named_like, of_family
from tcw.model.export import ExportTable
from tcw.rules.engine.terms import agreements

EXCEPTION_WORDS = ("kris", "crisis", "undantag", "dispens", "ignorera", "ignore", "exception", "regelbrott")
ASSISTANT_WORDS = ("assistent", "assistant")
LENIENT_HEADERS = ("ignorera", "ignore", "regelbrott", "undantag", "exception")
DECISION_HEADERS = ("beslut", "decision", "diarie", "dnr")
DECISION_END_HEADERS = (
    "beslutgallertill",
    "beslutgillttill",
    "beslutetgallertill",
    "decisionvalidto",
    "decisionto",
)
YES = ("ja", "yes", "true", "sant", "1", "x")


@dataclass(frozen=True, slots=True)
class Described:
    """What is known of one agreement."""

    lenient: bool = False
    """It lets rules be ignored."""
    decision: str | None = None
    decision_to: date | None = None
    assistant: bool = False


def described(context: AuditContext) -> dict[str, Described]:
    """Return the agreements that tcw.yaml or a table describes, by their names in the links."""
    by_code = {code.casefold(): terms for code, terms in agreements(context.config).items()}
    linked = _linked(context)
    descriptions = {
        name: Described(bool(terms.ignores), terms.decision, terms.decision_to, terms.for_assistant)
        for name in linked
        if (terms := by_code.get(name.casefold())) is not None
    }
    for changes in of_family(context.changes, "agreements", context.config.checklist):
        if changes.pair.after is not None:
            descriptions |= _of_table(changes.pair.after, linked, descriptions)
    return descriptions


def _of_table(
    table: ExportTable, linked: list[str], descriptions: Mapping[str, Described]
) -> dict[str, Described]:
    """Return what a table of agreements adds to what is known; a decision that tcw.yaml names stays."""
    key = next(
        (column for column in table.compared if set(table.frame[column].drop_nulls()) & set(linked)), None
    )
    if key is None:
        return {}
    headers = {column: bare_header(column) for column in table.compared}
    lenient = column_with(table, *LENIENT_HEADERS)
    end = next((column for column, head in headers.items() if head.startswith(DECISION_END_HEADERS)), None)
    decision = next(
        (
            column
            for column, head in headers.items()
            if any(word in head for word in DECISION_HEADERS) and column != end
        ),
        None,
    )
    blank = pl.lit(None, dtype=pl.String)
    rows = table.frame.select(
        key=pl.col(key),
        lenient=pl.col(lenient).str.to_lowercase().is_in(YES) if lenient else pl.lit(value=False),
        decision=pl.col(decision) if decision else blank,
        until=as_day(pl.col(end)) if end else pl.lit(None, dtype=pl.Date),
    ).filter(pl.col("key").is_in(linked))
    added: dict[str, Described] = {}
    for name, is_lenient, reference, until in rows.rows():
        before = added.get(name) or descriptions.get(name) or Described()
        added[name] = replace(
            before,
            lenient=bool(is_lenient) or before.lenient,
            decision=before.decision or reference,
            decision_to=before.decision_to or until,
        )
    return added


def exceptions(context: AuditContext, descriptions: Mapping[str, Described]) -> set[str]:
    """Return the agreements that let rules be ignored."""
    return {name for name in _linked(context) if _is_exception(context, name, descriptions)}


def _is_exception(context: AuditContext, name: str, descriptions: Mapping[str, Described]) -> bool:
    if any(named_like(name, pattern) for pattern in context.config.checklist.exceptions):
        return True
    if name in descriptions and descriptions[name].lenient:
        return True
    links_before = context.before.schedule.tables["agreement_links"]["agreement_id"]
    codes = {code.casefold() for code in context.config.agreements}
    configured = name in descriptions and name.casefold() in codes
    # An agreement that tcw.yaml does not describe goes by its name. One linked before the change was no part
    # of it.
    return (
        not configured
        and name not in set(links_before)
        and any(word in bare(name) for word in EXCEPTION_WORDS)
    )


def assistants(context: AuditContext, descriptions: Mapping[str, Described]) -> set[str]:
    """Return the agreements of the booking assistant."""
    patterns = context.config.checklist.assistant_agreements
    linked = {
        name
        for name in _linked(context)
        if any(named_like(name, pattern) for pattern in patterns)
        or (name in descriptions and descriptions[name].assistant)
        or any(word in bare(name) for word in ASSISTANT_WORDS)
    }
    return linked | {code for code, terms in context.config.agreements.items() if terms.for_assistant}


def _linked(context: AuditContext) -> list[str]:
    links = context.after.schedule.tables["agreement_links"]
    return sorted(links["agreement_id"].unique().drop_nulls().to_list())


def link_rows(context: AuditContext, names: set[str]) -> pl.DataFrame:
    """Return the later side's links to agreements that are valid on at least one day."""
    valid = (pl.col("valid_from") <= pl.col("valid_to")).fill_null(value=True)
    links = context.after.schedule.tables["agreement_links"].filter(valid).unique(maintain_order=True)
    return links.filter(pl.col("agreement_id").is_in(sorted(names)))
