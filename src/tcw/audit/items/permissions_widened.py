"""C09: permissions (*behörigheter*) that were widened are narrowed again, with those who hold them.

That goes for roles in Pool and function groups in Multi Access, too.

Compared are the tables whose name says so, and those of `checklist: permissions`. A row that was not there
before is wider, and so is a cell that allows more: no → yes, a higher number, read → write → administer, one
→ all. A person judges a cell that changed otherwise.
"""

import polars as pl

from tcw.audit.changes import row_text
from tcw.audit.compare import CELLS_SCHEMA, TableChanges
from tcw.audit.item import AuditContext, Item, ItemAnswer, count_problems, problem
from tcw.audit.same_rows import AFTER
from tcw.audit.settings_tables import of_family, staff_column
from tcw.audit.values import shown, spelled
from tcw.model.export import ExportTable
from tcw.wording import Message, Phrase
from tcw.wording.quantities import Count

NONE = Phrase(
    "item.C09.none",
    "Not judged: no table of permissions, roles or function groups was recognised; "
    "checklist: permissions: in tcw.yaml names them.",
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
"""Word -> how much it allows."""
MOST_HOLDERS = 5
"""So many holders are named; of others, the number."""
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


def judge(context: AuditContext) -> ItemAnswer:
    """List what was widened, and what changed otherwise."""
    tables = of_family(context.changes, "permissions", context.config.checklist)
    if not tables:
        return ItemAnswer("not_judged", Message(NONE))
    evidence = pl.concat([pl.DataFrame(schema=SCHEMA), *(_rows(table, context) for table in tables)])
    if not any(table.number for table in tables):
        return ItemAnswer("pass", Message(SAME))
    wrong = count_problems(evidence)
    if wrong:
        return ItemAnswer("fail", Message(FAIL, {"number": Count(wrong)}), evidence)
    if evidence.height:
        return ItemAnswer("manual", Message(MANUAL, {"number": Count(evidence.height)}), evidence)
    return ItemAnswer("pass", Message(NARROWED))


def _rows(changes: TableChanges, context: AuditContext) -> pl.DataFrame:
    """Return SCHEMA of one table; what was narrowed is left out."""
    after = changes.pair.after
    if after is None:
        return pl.DataFrame(schema=SCHEMA)
    rows = changes.of_kind("added")
    rows = rows.with_columns(row_text(after, rows[AFTER]).alias("after"), wider=pl.lit(1))
    cells = changes.cells.with_columns(wider=wider(pl.col("before"), pl.col("after")))
    both = pl.concat(
        [
            pl.DataFrame(schema=CELLS_SCHEMA),
            rows.drop("kind"),
            cells.filter(pl.col("wider").is_null() | (pl.col("wider") > 0)),
        ],
        how="diagonal_relaxed",
    )
    if both.is_empty():
        return pl.DataFrame(schema=SCHEMA)
    headers = {name: changes.header(name) for name in both["column"].drop_nulls().unique()}
    return both.with_columns(
        problem(widened=pl.col("wider") > 0),
        table=pl.lit(changes.name),
        header=pl.col("column").replace(headers),
        held_by=_held_by(after, both[AFTER], context),
    ).select(pl.col(name).cast(dtype) for name, dtype in SCHEMA.items())


def wider(before: pl.Expr, after: pl.Expr) -> pl.Expr:
    """Return 1 where the later cell allows more, -1 where less, 0 where as much, null where nobody can tell.

    Two numbers are compared first, then two words of LEVELS; else a filled cell allows more than an empty
    one:

    | before | after  |      |                                   |
    | ------ | ------ | ---- | --------------------------------- |
    | 3      | 10     | 1    |                                   |
    | Alla   | Egna   | -1   |                                   |
    |        | Vård   | 1    | an empty cell is a no, Vård is not a word of LEVELS |
    | Norr   | Söder  | null | a person judges it                |
    """
    numbers = [spelled(cell).cast(pl.Float64, strict=False) for cell in (before, after)]
    levels = [_level(cell) for cell in (before, after)]
    by_number = (numbers[1] - numbers[0]).sign().cast(pl.Int64)
    by_word = (levels[1] - levels[0]).sign()
    filled = (
        pl.when(before.is_null() & after.is_not_null())
        .then(1)
        .when(after.is_null() & before.is_not_null())
        .then(-1)
    )
    return pl.coalesce(by_number, pl.when(by_word != 0).then(by_word), filled)


def _level(cell: pl.Expr) -> pl.Expr:
    """Return how much a word allows, or its first word: "Egen enhet" is as "egen"."""
    text = cell.fill_null("").str.strip_chars().str.to_lowercase()
    whole, first = (
        words.replace_strict(LEVELS, default=None, return_dtype=pl.Int64)
        for words in (text, text.str.extract(r"^(\S+)"))
    )
    return pl.coalesce(whole, first)


def _held_by(table: ExportTable, numbers: pl.Series, context: AuditContext) -> pl.Series:
    """Return who holds what rows are about: the person of the row, else those who have it in other tables."""
    staff = context.after.schedule.staff["staff_id"]
    person = staff_column(table, staff)
    rows = table.frame[numbers]
    if person is not None:
        return shown(rows, person)
    holders = (
        _holders(context, staff)
        .group_by("what")
        .agg(
            pl.col("who").unique().sort().head(MOST_HOLDERS).str.join(", ").alias("first"),
            pl.col("who").n_unique().cast(pl.Int64).alias("number"),
        )
    )
    names = pl.DataFrame({"what": shown(rows, table.compared[0])})
    more = pl.col("number") - MOST_HOLDERS
    text = pl.when(more > 0).then(pl.format("{} (+{})", "first", more)).otherwise(pl.col("first"))
    return (
        names.join(holders, on="what", how="left", maintain_order="left")
        .select(text.alias("held_by"))
        .to_series()
    )


def _holders(context: AuditContext, staff: pl.Series) -> pl.DataFrame:
    """Return `who`, `what`: every text beside a person, in a settings table or an own column of staff."""
    holders = [pl.DataFrame(schema={"who": pl.String, "what": pl.String})]
    for table in context.after.tables.values():
        if table.has_schema and table.name != "staff":
            continue
        person = staff_column(table, staff)
        others = [name for name in table.compared if name != person and table.frame.schema[name] == pl.String]
        if person is not None and others:
            beside = table.frame.select(pl.col(person).alias("who"), *others)
            texts = beside.unpivot(others, index="who", value_name="what")
            holders.append(texts.select("who", "what").drop_nulls())
    return pl.concat(holders)


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
