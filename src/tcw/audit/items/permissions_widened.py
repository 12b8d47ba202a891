"""C09: permissions (*behörigheter*), roles in Pool and function groups in Multi Access widened during the change, by whom held, are narrowed again.

Compared are the tables whose name says so, or that `checklist: permissions` names. Wider is a row that was not there before, and a cell
that allows more: no → yes, a higher number, read → write → administer, one → all. A cell that changed otherwise is listed for a person to judge.
"""

import polars as pl

from tcw.audit.changes import told
from tcw.audit.compare import TableChanges
from tcw.audit.item import Answer, Ground, Item, problem, problems
from tcw.audit.same_rows import AFTER
from tcw.audit.settings_tables import of_family, staff_column
from tcw.audit.values import shown, spelled
from tcw.model.export import ExportTable
from tcw.wording import Message, Phrase
from tcw.wording.quantities import Count

NONE = Phrase(
    "item.C09.none",
    "Not judged: no table of permissions, roles or function groups was recognised; checklist: permissions: in tcw.yaml names them.",
)
SAME = Phrase("item.C09.same", "Permissions, roles and function groups are as before.")
FAIL = Phrase(
    "item.C09.fail",
    "Wider than before: {number:permission, role or function group|permissions, roles or function groups}.",
)
MANUAL = Phrase(
    "item.C09.manual",
    "{number:change|changes} of permissions, roles or function groups: is {number:~it|any of them} wider?",
)
NARROWED = Phrase("item.C09.narrowed", "Permissions, roles and function groups were only narrowed.")
LEVELS = {
    **dict.fromkeys(
        ("", "-", "–", "nej", "no", "n", "false", "falskt", "ingen", "inga", "inget", "none", "0"), 0
    ),
    **dict.fromkeys(("läs", "läsa", "läsning", "se", "visa", "read", "view", "egen", "egna", "own"), 1),
    **dict.fromkeys(
        ("skriv", "skriva", "redigera", "ändra", "write", "edit", "change", "enhet", "enheten", "unit"), 2
    ),
    **dict.fromkeys(("boka", "book", "godkänna", "approve"), 3),
    **dict.fromkeys(
        ("administrera", "administratör", "admin", "administer", "full", "fullt", "alla", "allt", "all", "*"),
        4,
    ),
    **dict.fromkeys(("ja", "yes", "j", "y", "true", "sant", "x", "1"), 4),
}
"""Words that allow more the higher they stand. Where either cell is none of these, numbers decide; else nobody knows."""
NAMED = 5
"""So many holders are named."""
SCHEMA = pl.Schema(
    {
        "table": pl.String(),
        "key": pl.String(),
        "header": pl.String(),
        "before": pl.String(),
        "after": pl.String(),
        "held_by": pl.String(),
        "problem": pl.String(),
    }
)


def judge(ground: Ground) -> Answer:
    """List what was widened, and what changed otherwise."""
    tables = of_family(ground.changes, "permissions", ground.config.checklist)
    if not tables:
        return Answer("not_judged", Message(NONE))
    evidence = pl.concat([pl.DataFrame(schema=SCHEMA), *(_rows(one, ground) for one in tables)])
    if not any(one.number for one in tables):
        return Answer("pass", Message(SAME))
    wrong = problems(evidence)
    if wrong:
        return Answer("fail", Message(FAIL, {"number": Count(wrong)}), evidence)
    if evidence.height:
        return Answer("manual", Message(MANUAL, {"number": Count(evidence.height)}), evidence)
    return Answer("pass", Message(NARROWED))


def _rows(changes: TableChanges, ground: Ground) -> pl.DataFrame:
    """Return SCHEMA of one table; what was narrowed is left out."""
    after = changes.pair.after
    if after is None:
        return pl.DataFrame(schema=SCHEMA)
    added = changes.of_kind("added").with_columns(rank=pl.lit(1))
    added = added.with_columns(told(after, added[AFTER]).alias("after"))
    cells = changes.cells.with_columns(rank=wider(pl.col("before"), pl.col("after"))).filter(
        pl.col("rank").is_null() | (pl.col("rank") > 0)
    )
    both = pl.concat([added, cells], how="diagonal_relaxed")
    if both.is_empty():
        return pl.DataFrame(schema=SCHEMA)
    absent = [name for name in ("before", "after", "column") if name not in both.columns]
    both = both.with_columns(pl.lit(None, dtype=pl.String).alias(name) for name in absent)
    headers = {name: changes.header(name) for name in both["column"].drop_nulls().unique()}
    return both.with_columns(
        problem(widened=pl.col("rank") > 0),
        table=pl.lit(changes.name),
        header=pl.col("column").replace(headers),
        held_by=_held_by(after, both[AFTER], ground),
    ).select(pl.col(name).cast(dtype) for name, dtype in SCHEMA.items())


def wider(before: pl.Expr, after: pl.Expr) -> pl.Expr:
    """Return 1 where the later cell allows more, -1 where less, null where nobody can tell."""
    levels = [_level(cell) for cell in (before, after)]
    numbers = [spelled(cell).cast(pl.Float64, strict=False) for cell in (before, after)]
    by_number = (numbers[1] - numbers[0]).sign().cast(pl.Int64)
    by_word = (levels[1] - levels[0]).sign()
    filled = (
        pl.when(before.is_null() & after.is_not_null())
        .then(1)
        .when(after.is_null() & before.is_not_null())
        .then(-1)
    )
    return pl.coalesce(
        pl.when(by_number.is_not_null()).then(by_number).when(by_word != 0).then(by_word), filled
    )


def _level(cell: pl.Expr) -> pl.Expr:
    """Return how much a word allows, or its first word: "Egen enhet" is as "egen"."""
    text = cell.fill_null("").str.strip_chars().str.to_lowercase()
    whole, first = (
        one.replace_strict(LEVELS, default=None, return_dtype=pl.Int64)
        for one in (text, text.str.extract(r"^(\S+)"))
    )
    return pl.coalesce(whole, first)


def _held_by(table: ExportTable, places: pl.Series, ground: Ground) -> pl.Series:
    """Return who holds what the rows are about: the person of the row, else people whom other tables give the same name."""
    staff = ground.after.schedule.staff["staff_id"]
    own = staff_column(table, staff)
    rows = table.frame[places]
    if own is not None:
        return shown(rows, own)
    holders = _holders(ground, staff)
    first = table.compared[0]
    names = pl.DataFrame({"what": shown(rows, first)}).with_row_index("place_")
    counted = holders.group_by("what").agg(
        pl.col("who").unique().sort().head(NAMED).str.join(", ").alias("some"),
        pl.col("who").n_unique().cast(pl.Int64).alias("number"),
    )
    told = names.join(counted, on="what", how="left").sort("place_")
    more = pl.col("number") - NAMED
    return told.select(
        pl.when(more > 0).then(pl.format("{} (+{})", "some", more)).otherwise(pl.col("some")).alias("held_by")
    ).to_series()


def _holders(ground: Ground, staff: pl.Series) -> pl.DataFrame:
    """Return `who`, `what`: every text that a table of settings, or an own column of staff, has beside a person."""
    found = [pl.DataFrame(schema={"who": pl.String, "what": pl.String})]
    for table in ground.after.tables.values():
        if table.known and table.name != "staff":
            continue
        column = staff_column(table, staff)
        others = [name for name in table.compared if name != column and table.frame.schema[name] == pl.String]
        if column is not None and others:
            long = table.frame.select(pl.col(column).alias("who"), *others).unpivot(
                others, index="who", value_name="what"
            )
            found.append(long.select("who", "what").drop_nulls())
    return pl.concat(found)


ITEM = Item(
    "C09",
    "permissions-widened",
    "automatic",
    Phrase(
        "item.C09", "Permissions, roles and function groups widened during the change are narrowed again."
    ),
    Phrase("item.C09.label", "Permissions"),
    judge,
)
