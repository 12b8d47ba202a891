"""What became of every row, as tables: files, rejected rows, findings."""

import polars as pl

from tcw.intake.rejects import REASONS
from tcw.model.intake_report import Doubt, IntakeReport
from tcw.model.tables import TABLE_NAMES
from tcw.reports.tables.columns import ACCEPTED, FILE, REJECTED, ROWS_READ, SHEET, TABLE
from tcw.reports.tables.table import Column, Table, with_frame, without_empty
from tcw.wording import Language, Phrase
from tcw.wording.quantities import Hours

TITLE_FILES = Phrase("title.files", "Files read")
TITLE_REJECTS = Phrase("title.rejects", "Rejected rows")
TITLE_FINDINGS = Phrase("title.findings", "Intake findings")
SEVERITIES = {
    "error": Phrase("word.error", "error"),
    "warning": Phrase("word.warning", "warning"),
    "info": Phrase("word.info", "note"),
}
REASON_WORDS = {reason.code: reason for reason in REASONS}
TABLES = TABLE_NAMES
NOT_RECOGNISED = Phrase("word.not_recognised", "not recognised")


def files_table(intake: IntakeReport) -> Table:
    """Return one row per file or sheet, with the rows read, accepted and rejected."""
    fields = ("file", "sheet", "table", "rows_read", "accepted", "rejected")
    schema = dict.fromkeys(fields[:3], pl.String) | dict.fromkeys(fields[3:], pl.Int64)
    frame = pl.DataFrame(
        [[getattr(file, name) for name in fields] for file in intake.files], schema=schema, orient="row"
    )
    table = Column("table", TABLE.label, words=TABLES | {"": NOT_RECOGNISED})
    columns = (FILE, SHEET, table, ROWS_READ, ACCEPTED, REJECTED)
    return Table(
        "files",
        TITLE_FILES,
        without_empty(columns, frame, ("sheet",)),
        frame.with_columns(pl.col("table").fill_null("")),
    )


def rejects_table(intake: IntakeReport) -> Table:
    """Return the rejected rows with the code and the wording of the reason."""
    frame = intake.rejects.with_columns(pl.col("reason").alias("meaning"))
    columns = (
        FILE,
        SHEET,
        Column("row", Phrase("column.row", "Row"), "row"),
        Column("table", TABLE.label, words=TABLES),
        Column("column", Phrase("column.column", "Column")),
        Column("value", Phrase("column.cell", "Cell")),
        Column("reason", Phrase("column.code", "Code"), "id"),
        Column("meaning", Phrase("column.reason", "Reason"), words=REASON_WORDS),
    )
    kept = without_empty(columns, frame, ("sheet",)) if frame.height else columns
    return Table("rejects", TITLE_REJECTS, kept, frame)


def places_read(intake: IntakeReport) -> Table:
    """Return the files table with file and sheet in one column: "schema.xlsx · Blad1"."""
    files = files_table(intake)
    place = pl.concat_str(["file", "sheet"], separator=" · ", ignore_nulls=True)
    columns = tuple(column for column in files.columns if column.key != "sheet")
    return Table(files.name, files.title, columns, files.frame.with_columns(place.alias("file")))


def findings_table(intake: IntakeReport, lang: Language) -> Table:
    """Return the findings about the data, in the order of the report, with the rows and hours they cost."""
    columns = (
        Column("code", Phrase("column.code", "Code"), "id"),
        Column("severity", Phrase("column.severity", "Severity"), words=SEVERITIES),
        Column("message", Phrase("column.message", "Finding")),
        Column("rows", Phrase("column.rows", "Rows"), "count", summed=True),
        Column("hours", Phrase("column.hours_lost", "Hours concerned"), "hours", summed=True),
    )
    frame = pl.DataFrame(
        [
            (finding.code, finding.severity, finding.message.say(lang), finding.rows, finding.hours)
            for finding in intake.findings
        ],
        schema={
            "code": pl.String,
            "severity": pl.String,
            "message": pl.String,
            "rows": pl.Int64,
            "hours": pl.Float64,
        },
        orient="row",
    )
    return Table("findings", TITLE_FINDINGS, columns, frame)


def finding_text(finding: Doubt, lang: Language) -> str:
    """Return a finding as a sentence, with the hours it costs unless the sentence says them itself."""
    sentence = finding.message.say(lang)
    if finding.hours is None:
        return sentence
    hours = Hours(finding.hours).say(lang)
    return sentence if hours in sentence else f"{sentence} ({hours})"


def telling_files(intake: IntakeReport, most: int) -> Table:
    """Return at most `most` rows of `places_read`.

    When there are more, those with something to tell come first.
    """
    places = places_read(intake)
    if places.frame.height <= most:
        return places
    dull = (pl.col("rejected") == 0) & (pl.col("table") != "")
    return with_frame(places, places.frame.sort(dull, maintain_order=True).head(most))
