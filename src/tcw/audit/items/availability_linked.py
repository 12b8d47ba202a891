"""C11: availability and compensation activities that were added are linked to pool and time bank as intended.

Listed are activities introduced whose name speaks of availability, resource time, presence, compensation or
the time bank; kinds of availability that only the later side has; and people with flexible (acute) resource
time, with their balance in the time bank, where the export or tcw.yaml has one. Whether they are linked as
intended is for a person to say. A person with acute time and no balance at all is marked.
"""

import polars as pl

from tcw.audit.item import NOTHING_NEW, AuditContext, Item, ItemAnswer, count_problems, problem
from tcw.audit.items.activities_left import introduced
from tcw.audit.pairing import bare
from tcw.audit.settings_tables import column_with, of_family, staff_column
from tcw.audit.values import spelled
from tcw.wording import Message, Phrase
from tcw.wording.quantities import Count

ASK = Phrase(
    "item.C11.said",
    "{number:addition: is it|additions: are they} linked to the pool and the time bank as intended?",
)
MISSING = Phrase(
    "item.C11.missing",
    "{missing} of {number:addition|additions} {missing:~lacks|lack} a time-bank balance; "
    "{number:~is it|are they} linked as intended?",
)
WORDS = (
    *("tillgang", "resurs", "akut", "narvaro", "ersattning", "tidbank", "timbank"),
    *("availab", "resource", "compensat", "presence", "timebank"),
)
"""Parts of `bare` names of activities."""
SCHEMA = pl.Schema(
    {"what": pl.String(), "about": pl.String(), "balance": pl.Float64(), "problem": pl.String()}
)
BALANCE_SCHEMA = pl.Schema({"staff_id": pl.String(), "balance": pl.Float64()})


def judge(context: AuditContext) -> ItemAnswer:
    """List what was added."""
    evidence = pl.concat([_activities(context), _kinds(context), _balances(context)])
    if evidence.is_empty():
        return ItemAnswer("pass", Message(NOTHING_NEW))
    number = Count(evidence.height)
    wrong = count_problems(evidence)
    if wrong:
        return ItemAnswer("manual", Message(MISSING, {"missing": Count(wrong), "number": number}), evidence)
    return ItemAnswer("manual", Message(ASK, {"number": number}), evidence)


def _activities(context: AuditContext) -> pl.DataFrame:
    if not context.given_on_both_sides("activities"):
        return pl.DataFrame(schema=SCHEMA)
    new = introduced(context)
    names = new.select(pl.coalesce("name", "activity_id")).to_series()
    of_availability = [any(word in bare(name or "") for word in WORDS) for name in names]
    rows = new.filter(pl.Series(of_availability, dtype=pl.Boolean))
    return _rows(
        rows.select(about=pl.format("{} {}", "activity_id", pl.col("name").fill_null(""))), "activity"
    )


def _kinds(context: AuditContext) -> pl.DataFrame:
    before, after = (side.schedule.tables["availability"]["kind"] for side in (context.before, context.after))
    new = sorted(set(after.drop_nulls()) - set(before.drop_nulls()))
    return _rows(pl.DataFrame({"about": new}, schema={"about": pl.String}), "availability")


def _balances(context: AuditContext) -> pl.DataFrame:
    """Return the people who have acute resource time on the later side only, each with a balance."""
    before, after = (side.schedule.tables["availability"] for side in (context.before, context.after))
    flexible = pl.col("kind") == "flexible"
    people = (
        after.filter(flexible)
        .join(before.filter(flexible), on="staff_id", how="anti")["staff_id"]
        .unique()
        .sort()
    )
    rows = pl.DataFrame({"about": people}, schema={"about": pl.String}).join(
        _known_balances(context), left_on="about", right_on="staff_id", how="left", maintain_order="left"
    )
    return rows.with_columns(problem(missing=pl.col("balance").is_null()), what=pl.lit("time_bank")).select(
        pl.col(name).cast(dtype) for name, dtype in SCHEMA.items()
    )


def _known_balances(context: AuditContext) -> pl.DataFrame:
    """Return BALANCE_SCHEMA of tcw.yaml, of the time bank of the export, or of a table that is called so."""
    own = context.config.time_bank.balances
    balances = [pl.DataFrame({"staff_id": list(own), "balance": list(own.values())}, schema=BALANCE_SCHEMA)]
    time_bank = context.after.tables.get("time_bank")
    if time_bank is not None and "balance" in time_bank.compared:
        balances.append(time_bank.frame.select("staff_id", "balance"))
    staff = context.after.schedule.staff["staff_id"]
    for changes in of_family(context.changes, "time_bank", context.config.checklist):
        table = changes.pair.after
        if table is None:
            continue
        person, number = staff_column(table, staff), column_with(table, "saldo", "balance")
        if person is not None and number is not None:
            hours = spelled(pl.col(number)).cast(pl.Float64, strict=False)
            balances.append(table.frame.select(staff_id=person, balance=hours))
    return pl.concat(balances).unique("staff_id", keep="first", maintain_order=True)


def _rows(frame: pl.DataFrame, what: str) -> pl.DataFrame:
    return frame.select(
        what=pl.lit(what),
        about=pl.col("about").str.strip_chars(),
        balance=pl.lit(None, dtype=pl.Float64),
        problem=pl.lit(None, dtype=pl.String),
    )


ITEM = Item(
    "C11",
    "availability-linked",
    "semi",
    Phrase(
        "item.C11",
        "Availability and compensation activities added are linked to pool and time bank as intended, "
        "and time-bank balances exist.",
    ),
    Phrase("item.C11.label", "Availability"),
    judge,
)
