"""C11: availability and compensation activities that were added are linked to pool and time bank as intended, and time-bank balances are there.

Listed: activities introduced whose name speaks of availability, resource time, presence, compensation or the time bank; kinds of availability
that only the later side has; people with flexible (acute) resource time and their balance in the time bank, where the export or tcw.yaml has
one. Whether they are linked as intended is for a person to say; a person with acute time and no balance at all is pointed out.
"""

import polars as pl

from tcw.audit.item import NOTHING_NEW, Answer, Ground, Item, problem, problems
from tcw.audit.items.activities_left import introduced
from tcw.audit.settings_tables import of_family, staff_column
from tcw.audit.values import spelled
from tcw.intake.headers.aliases import folded, plain
from tcw.wording import Message, Phrase
from tcw.wording.quantities import Count

SAID = Phrase(
    "item.C11.said",
    "{number:addition: is it|additions: are they} linked to the pool and the time bank as intended?",
)
MISSING = Phrase(
    "item.C11.missing",
    "{missing} of {number:addition|additions} {missing:~lacks|lack} a time-bank balance; {number:~is it|are they} linked as intended?",
)
WORDS = (
    "tillgang", "resurs", "akut", "narvaro", "ersattning", "tidbank", "timbank", "availab", "resource", "compensat", "presence", "timebank",
)  # fmt: skip
SCHEMA = pl.Schema(
    {"what": pl.String(), "about": pl.String(), "balance": pl.Float64(), "problem": pl.String()}
)


def judge(ground: Ground) -> Answer:
    """List what was added."""
    evidence = pl.concat([_activities(ground), _kinds(ground), _balances(ground)])
    if evidence.is_empty():
        return Answer("pass", Message(NOTHING_NEW))
    number = Count(evidence.height)
    wrong = problems(evidence)
    if wrong:
        return Answer("manual", Message(MISSING, {"missing": Count(wrong), "number": number}), evidence)
    return Answer("manual", Message(SAID, {"number": number}), evidence)


def _activities(ground: Ground) -> pl.DataFrame:
    if not (ground.given("activities") and ground.given("activities", side="before")):
        return pl.DataFrame(schema=SCHEMA)
    new = introduced(ground)
    names = new.select(pl.coalesce("name", "activity_id")).to_series().to_list()
    kept = [any(word in folded(plain(name or "")) for word in WORDS) for name in names]
    return _rows(
        new.filter(pl.Series(kept, dtype=pl.Boolean)).select(
            about=pl.format("{} {}", "activity_id", pl.col("name").fill_null(""))
        ),
        "activity",
    )


def _kinds(ground: Ground) -> pl.DataFrame:
    before, after = (side.schedule.tables["availability"]["kind"] for side in (ground.before, ground.after))
    new = sorted(set(after.drop_nulls()) - set(before.drop_nulls()))
    return _rows(pl.DataFrame({"about": new}, schema={"about": pl.String}), "availability")


def _balances(ground: Ground) -> pl.DataFrame:
    """Return the people who have acute resource time on the later side only, each with a balance."""
    before, after = (side.schedule.tables["availability"] for side in (ground.before, ground.after))
    flexible = pl.col("kind") == "flexible"
    people = (
        after.filter(flexible)
        .join(before.filter(flexible), on="staff_id", how="anti")["staff_id"]
        .unique()
        .sort()
    )
    known = _known_balances(ground)
    rows = pl.DataFrame({"about": people}, schema={"about": pl.String}).join(
        known, left_on="about", right_on="staff_id", how="left", maintain_order="left"
    )
    return rows.with_columns(problem(missing=pl.col("balance").is_null()), what=pl.lit("time_bank")).select(
        pl.col(name).cast(dtype) for name, dtype in SCHEMA.items()
    )


def _known_balances(ground: Ground) -> pl.DataFrame:
    """Return `staff_id`, `balance` of tcw.yaml, of the time bank of the export, or of a table called so."""
    schema = {"staff_id": pl.String, "balance": pl.Float64}
    own = ground.config.time_bank.balances
    found = [pl.DataFrame({"staff_id": list(own), "balance": list(own.values())}, schema=schema)]
    if "time_bank" in ground.after.tables and "balance" in ground.after.tables["time_bank"].compared:
        found.append(ground.after.tables["time_bank"].frame.select("staff_id", "balance"))
    staff = ground.after.schedule.staff["staff_id"]
    for changes in of_family(ground.changes, "time_bank", ground.config.checklist):
        table = changes.pair.after
        column = staff_column(table, staff) if table is not None else None
        if table is None or column is None:
            continue
        number = next(
            (c for c in table.compared if "saldo" in folded(plain(c)) or "balance" in folded(plain(c))), None
        )
        if number is not None:
            found.append(
                table.frame.select(
                    staff_id=column, balance=spelled(pl.col(number)).cast(pl.Float64, strict=False)
                )
            )
    return pl.concat(found).unique("staff_id", keep="first", maintain_order=True)


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
        "Availability and compensation activities added are linked to pool and time bank as intended, and time-bank balances exist.",
    ),
    Phrase("item.C11.label", "Availability"),
    judge,
)
