"""The checklist's words: statuses, kinds, columns of evidence."""

from dataclasses import dataclass
from typing import Final

import polars as pl

from tcw.audit.item import PROBLEMS, SEPARATOR, Kind, Status
from tcw.audit.restore import ACTIONS
from tcw.model.export import EXTRA
from tcw.model.tables import TABLE_NAMES, called
from tcw.reports.tables.check_tables import STATES as FINDING_STATES
from tcw.reports.tables.columns import ACTIVITY_ID, STAFF_ID, UNIT_ID, WEEK, YES_NO
from tcw.reports.tables.table import Column
from tcw.reports.tables.table import Kind as ColumnKind
from tcw.wording import Language, Phrase

STATUS_WORDS: Final[dict[Status, Phrase]] = {
    "fail": Phrase("status.fail", "to do"),
    "manual": Phrase("status.manual", "to decide"),
    "not_judged": Phrase("status.not_judged", "not judged"),
    "pass": Phrase("status.pass", "in order"),
}
KIND_WORDS: Final[dict[Kind, Phrase]] = {
    "automatic": Phrase("kind.automatic", "automatic"),
    "semi": Phrase("kind.semi", "prepared"),
    "manual": Phrase("kind.manual", "by hand"),
}
CHANGE_WORDS: Final[dict[str, Phrase]] = {
    "added": Phrase("change.added", "added"),
    "removed": Phrase("change.removed", "removed"),
    "changed": Phrase("change.changed", "changed"),
    "column_added": Phrase("change.column_added", "column added"),
    "column_removed": Phrase("change.column_removed", "column removed"),
}
SIDE_WORDS = {"before": Phrase("side.before", "before"), "after": Phrase("side.after", "after")}
WHAT_WORDS = {
    "activity": Phrase("what.activity", "activity"),
    "availability": Phrase("what.availability", "kind of availability"),
    "time_bank": Phrase("what.time_bank", "acute time, balance"),
}
STATES = FINDING_STATES | {"gone": Phrase("word.gone", "gone")}


@dataclass(frozen=True, slots=True)
class Heading(Phrase):
    """A heading that is a name of the user's: the same in both languages."""

    def template(self, lang: Language) -> str:
        """Return it, with its braces as they are."""
        del lang
        return self.english


def heading(text: str) -> Heading:
    """Return a heading that is no word of ours."""
    return Heading("", text)


def table_name(name: str, lang: Language) -> str:
    """Return what people call a table: one of ours in the language, another by its own name."""
    said = called(name)
    return said if isinstance(said, str) else said.say(lang)


COLUMNS: Final[dict[str, Column]] = {
    "staff_id": STAFF_ID,
    "unit_id": UNIT_ID,
    "activity_id": ACTIVITY_ID,
    "week": WEEK,
    "side": Column("side", Phrase("column.side", "Side"), words=SIDE_WORDS),
    "source": Column("source", Phrase("column.source", "Source")),
    "taken": Column("taken", Phrase("column.taken", "Taken")),
    "digest": Column("digest", Phrase("column.digest", "SHA-256 of the manifest"), "id"),
    "hours_before": Column(
        "hours_before", Phrase("column.hours_before", "Hours before"), "hours", summed=True
    ),
    "hours_after": Column("hours_after", Phrase("column.hours_after", "Hours after"), "hours", summed=True),
    "name": Column("name", Phrase("column.item_name", "Name")),
    "valid_from": Column("valid_from", Phrase("column.valid_from", "From"), "date"),
    "valid_to": Column("valid_to", Phrase("column.valid_to", "To"), "date"),
    "hours": Column("hours", Phrase("column.hours", "Hours"), "hours", summed=True),
    "hours_from": Column(
        "hours_from",
        Phrase("column.hours_from", "Hours from the day of the check, or after its end"),
        "hours",
    ),
    "people": Column("people", Phrase("column.people_linked", "People linked"), "count"),
    "orders": Column("orders", Phrase("column.orders", "Orders"), "count", summed=True),
    "bookings": Column("bookings", Phrase("column.bookings", "Bookings"), "count", summed=True),
    "open_orders": Column(
        "open_orders", Phrase("column.open_orders", "Orders to come"), "count", summed=True
    ),
    "competence_id": Column("competence_id", Phrase("column.competence", "Competence"), "id"),
    "agreement_id": Column("agreement_id", Phrase("column.agreement", "Agreement"), "id"),
    "decision": Column("decision", Phrase("column.decision", "Decision")),
    "decision_to": Column("decision_to", Phrase("column.decision_to", "Decision holds to"), "date"),
    "reason": Column("reason", Phrase("column.order_reason", "Order reason")),
    "table": Column("table", Phrase("column.table_name", "Table"), words=TABLE_NAMES),
    "key": Column("key", Phrase("column.key", "Row")),
    "kind": Column("kind", Phrase("column.change", "Change"), words=CHANGE_WORDS),
    "header": Column("header", Phrase("column.header", "Column")),
    "before": Column("before", Phrase("column.value_before", "Before")),
    "after": Column("after", Phrase("column.value_after", "After")),
    "held_by": Column("held_by", Phrase("column.held_by", "Held by")),
    "place": Column("place", Phrase("column.place", "Where"), "id"),
    "last": Column("last", Phrase("column.last_booked", "Last booked there"), "date"),
    "what": Column("what", Phrase("column.what", "What"), words=WHAT_WORDS),
    "about": Column("about", Phrase("column.about", "Which")),
    "balance": Column("balance", Phrase("column.balance", "Balance (h)"), "hours"),
    "code": Column("code", Phrase("column.rule", "Rule"), "id"),
    "from": Column("from", Phrase("column.from", "From"), "moment"),
    "to": Column("to", Phrase("column.to", "To"), "moment"),
    "measured": Column("measured", Phrase("column.measured", "Measured"), "hours"),
    "limit": Column("limit", Phrase("column.limit", "Limit"), "hours"),
    "unit": Column("unit", Phrase("column.unit_of_measure", "In")),
    "state": Column("state", Phrase("column.state", "State"), words=STATES),
    "subject": Column("subject", Phrase("column.subject", "About")),
    "pseudonymised": Column("pseudonymised", Phrase("column.pseudonymised", "Pseudonymised"), words=YES_NO),
    "retain_until": Column("retain_until", Phrase("column.retain_until", "May be kept until"), "date"),
    "problem": Column("problem", Phrase("column.problem", "What is wrong")),
}
"""Columns of evidence, by their key."""


def evidence_columns(frame: pl.DataFrame) -> tuple[Column, ...]:
    """Return a column for each of an evidence frame; what is wrong stands first, a system's own columns by their headers."""
    names = sorted(frame.columns, key=lambda name: name != "problem")
    return tuple(
        COLUMNS.get(name) or Column(name, heading(name.removeprefix(EXTRA)), _kind(frame.schema[name]))
        for name in names
    )


def _kind(dtype: pl.DataType) -> ColumnKind:
    return (
        "date"
        if dtype == pl.Date
        else "hours"
        if dtype.is_float()
        else "count"
        if dtype.is_integer()
        else "text"
    )


def worded_problems(frame: pl.DataFrame, lang: Language) -> pl.DataFrame:
    """Put the codes of what is wrong in words."""
    if "problem" not in frame.columns:
        return frame
    words = {code: phrase.template(lang) for code, phrase in PROBLEMS.items()}
    several = pl.col("problem").str.split(SEPARATOR)
    return frame.with_columns(problem=several.list.eval(pl.element().replace(words)).list.join(", "))


def action_words(lang: Language) -> dict[str, str]:
    """Return what is to be done with a row of the restore plan."""
    return {code: phrase.template(lang) for code, phrase in ACTIONS.items()}
