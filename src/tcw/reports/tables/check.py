"""The findings as tables: by rule, by unit, one by one, by person, and what could not be judged."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from tcw.model.severity import SEVERITIES
from tcw.reports.tables.columns import NAME_OF_UNIT, STAFF_ID, STAFF_NAME, UNIT_ID
from tcw.reports.tables.day_lines import DayLine, day_lines
from tcw.reports.tables.finding_text import SUBJECTS, with_messages
from tcw.reports.tables.intake import SEVERITIES as SEVERITY_WORDS
from tcw.reports.tables.table import Column, Table, present, without_empty
from tcw.rules.engine.findings import MOST_LISTED, CheckResult
from tcw.wording import Language, Message, Phrase
from tcw.wording.quantities import Count

PHASES = {"planned": Phrase("word.planned", "planned"), "actual": Phrase("word.actual", "actual")}
STATES = {
    "new": Phrase("word.new", "new"),
    "remaining": Phrase("word.remaining", "remaining"),
    "accepted": Phrase("word.accepted", "accepted"),
}
YES_NO = {"true": Phrase("word.yes", "Yes"), "false": Phrase("word.no", "No")}
CODE = Column("code", Phrase("column.rule", "Rule"), "id")
LABEL = Column("label", Phrase("column.rule_name", "Name"))
SEVERITY = Column("severity", Phrase("column.severity", "Severity"), words=SEVERITY_WORDS)
FROM = Column("from", Phrase("column.from", "From"), "moment")
TO = Column("to", Phrase("column.to", "To"), "moment")
MESSAGE = Column("message", Phrase("column.message", "Finding"))
PHASE = Column("phase", Phrase("column.phase", "Phase"), words=PHASES)
MEASURED = Column("measured", Phrase("column.measured", "Measured"), "hours")
LIMIT = Column("limit", Phrase("column.limit", "Limit"), "hours")
SHORTFALL = Column("shortfall", Phrase("column.shortfall", "Beyond by"), "hours")
UNIT_OF = Column("unit", Phrase("column.unit_of_measure", "In"))
SUBJECT = Column("subject", Phrase("column.subject", "About"), words=SUBJECTS)
AGREEMENT = Column("agreement", Phrase("column.agreement", "Agreement"), "id")
WAIVED = Column("waived_by", Phrase("column.waived_by", "Waived by"))
STATE = Column("state", Phrase("column.state", "State"), words=STATES)
COUNTS = Column("counts", Phrase("column.counts", "Counts"), words=YES_NO)
BOOKING_IDS = Column("booking_ids", Phrase("column.booking_ids", "Bookings"))
ERRORS = Column("error", Phrase("column.errors", "Errors"), "count", summed=True)
WARNINGS = Column("warning", Phrase("column.warnings", "Warnings"), "count", summed=True)
INFOS = Column("info", Phrase("column.infos", "Notes"), "count", summed=True)
EXCUSED = Column(
    "excused",
    Phrase("column.excused", "Not counted"),
    "count",
    summed=True,
    short=Phrase("short.excused", "Not c."),
)
JUDGED = Column("judged", Phrase("column.judged", "Judged"), "count")
NOT_JUDGED = Column(
    "not_judged",
    Phrase("column.not_judged", "Not judged"),
    "count",
    short=Phrase("short.not_judged", "Not j."),
)
WHY = Column("why", Phrase("column.why_not", "Because of"))
WORST = Column("worst", Phrase("column.worst", "Most often"))

PERIOD = Phrase("check.period", "{first} to {last} · agreement {agreement} · planned from {as_of}")
TITLE_SUMMARY = Phrase("title.summary", "Summary")
TITLE_RULES = Phrase("title.by_rule", "By rule")
TITLE_FINDINGS = Phrase("title.check_findings", "Findings")
TITLE_PEOPLE = Phrase("title.by_person", "By person")
TITLE_UNITS = Phrase("title.by_unit", "By unit")
TITLE_UNIT_RULES = Phrase("title.by_unit_and_rule", "By unit and rule")
TITLE_NOT_JUDGED = Phrase("title.not_judged", "Not judged")
TITLE_STALE = Phrase("title.stale", "Acceptances to renew")
TITLE_CHECK = Phrase("title.check", "Rule check")
SUMMARY = Phrase("check.summary", "{errors:error|errors}, {warnings:warning|warnings}, {infos:note|notes}")
NOT_COUNTED = Phrase(
    "check.excused", "{count:more does|more do} not count: waived by a decision, accepted, or known before"
)
CLEAN = Phrase("check.clean", "Nothing is broken.")
FAILED = Phrase(
    "check.failed",
    "{code} failed inside tcw ({kind}) and judged nothing; the other rules are not affected. Run with "
    "--debug, and report it.",
)
WORST_FINDINGS = Phrase("check.worst", "Worst findings ({shown} of {count})")
PLANNED = Phrase("word.planned", "planned")
STALE_WHY = {
    "gone": Phrase("stale.gone", "is found no more"),
    "changed": Phrase("stale.changed", "has another measure than when it was accepted"),
}
WHO = Column("who", Phrase("column.who", "Accepted by"))
OFTEN = 3
"""So many rules are named as a unit's or a person's most frequent."""


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What the reports show: the result, what counts, and who is who.

    `names`: `staff_id`, `name`; `places`: `unit_id`, `unit_name` (String).
    """

    result: CheckResult
    as_of: date
    names: pl.DataFrame
    places: pl.DataFrame
    lang: Language
    most: int | None = None
    """So many findings are listed in a workbook; None for all."""

    @property
    def labels(self) -> Mapping[str, Phrase]:
        """Code -> the rule's label."""
        return {rule.code: rule.label for rule in self.result.rules}

    def worst(self, rows: int | None = None, *, counting: bool = False) -> pl.DataFrame:
        """Return findings, worst first, with `message`, `name`, `unit_name` (String, null when unknown)."""
        found = self.result.findings.first(number(self) if rows is None else rows, counting=counting)
        return (
            with_messages(found, self.result.rules, self.lang)
            .join(self.names, on="staff_id", how="left", maintain_order="left")
            .join(self.places, on="unit_id", how="left", maintain_order="left")
        )


def report_of(
    result: CheckResult,
    staff: pl.DataFrame,
    units: pl.DataFrame,
    as_of: date,
    lang: Language,
) -> CheckReport:
    """Return the report of a check; `staff` and `units` are the tables, for names."""
    return CheckReport(
        result,
        as_of,
        staff.select("staff_id", "name").drop_nulls().unique("staff_id", keep="last"),
        units.select("unit_id", unit_name="name").drop_nulls().unique("unit_id", keep="last"),
        lang,
        None if result.findings.in_memory else MOST_LISTED,
    )


def period_of(report: CheckReport) -> Message:
    """Return the horizon, the agreements in force, and from when bookings are planned."""
    result = report.result
    facts = {
        "first": f"{result.first:%Y-%m-%d %H:%M}",
        "last": f"{result.after:%Y-%m-%d %H:%M}",
        "agreement": ", ".join(sorted(terms.code for terms in result.in_force.terms)),
        "as_of": f"{report.as_of:%Y-%m-%d}",
    }
    return Message(PERIOD, facts)


def number(report: CheckReport, *, counting: bool = False) -> int:
    """Return how many findings there are, or how many count."""
    counted = report.result.findings.counted
    return int((counted.filter("counts") if counting else counted)["number"].sum())


def totals(report: CheckReport) -> dict[str, int]:
    """Return the number of counting findings by severity, and `excused`: waived, accepted or known before."""
    counting = report.result.findings.counted.filter("counts")
    by_severity = dict(counting.group_by("severity").agg(pl.col("number").sum()).rows())
    return {one: by_severity.get(one, 0) for one in SEVERITIES} | {
        "excused": number(report) - sum(by_severity.values())
    }


def summary_text(counted: Mapping[str, int], lang: Language) -> str:
    """Return how many errors, warnings and notes there are, of `totals`."""
    counts = {"errors": counted["error"], "warnings": counted["warning"], "infos": counted["info"]}
    return SUMMARY.say(lang, **{name: Count(count) for name, count in counts.items()})


def findings_with_days(
    report: CheckReport, worst: pl.DataFrame
) -> Iterator[tuple[dict[str, Any], list[DayLine]]]:
    """Yield each of the findings of `report.worst` with the person's days around it.

    No days where none are known.
    """
    around = report.result.surroundings(worst)
    bookings = around.partition_by("finding", as_dict=True) if around.height else {}
    for place, finding in enumerate(worst.to_dicts()):
        near = bookings.get((place,))
        if near is None or finding["phase"] is None:
            yield finding, []
        else:
            yield finding, day_lines(finding["from"], finding["to"], near)


def who_and_where(finding: Mapping[str, Any]) -> tuple[str, str]:
    """Return whom and which unit a finding is about, as text; empty where it is about none."""
    who = " ".join(str(finding[key]) for key in ("staff_id", "name") if finding[key])
    return who, str(finding["unit_name"] or finding["unit_id"] or "")


def phase_text(finding: Mapping[str, Any], lang: Language) -> str:
    """Return "planned" for a finding about what is only planned; else the empty text."""
    return PLANNED.template(lang) if finding["phase"] == "planned" else ""


def _counts() -> list[pl.Expr]:
    """Return aggregations: how many findings of each severity count, and how many do not."""
    found = pl.col("number")
    return [
        *(
            found.filter(pl.col("counts") & (pl.col("severity") == one)).sum().cast(pl.UInt32).alias(one)
            for one in SEVERITIES
        ),
        found.filter(pl.col("counts").not_()).sum().cast(pl.UInt32).alias("excused"),
    ]


def rules_table(report: CheckReport, *, all_rules: bool = True) -> Table:
    """Return a row per rule: findings by severity, judged and not judged."""
    found = report.result.findings.counted.group_by("code").agg(_counts())
    order = pl.DataFrame({"code": [rule.code for rule in report.result.rules]}, schema={"code": pl.String})
    numbers = pl.col("error", "warning", "info", "excused").fill_null(0)
    frame = (
        order.join(report.result.judged, on="code", how="inner", maintain_order="left")
        .join(found, on="code", how="left", maintain_order="left")
        .with_columns(numbers, label="code")
    )
    if not all_rules:
        frame = frame.filter(pl.sum_horizontal("error", "warning", "info", "excused") > 0)
    columns = (
        CODE,
        Column("label", LABEL.label, words=report.labels),
        ERRORS,
        WARNINGS,
        INFOS,
        EXCUSED,
        JUDGED,
        NOT_JUDGED,
    )
    return Table("by_rule", TITLE_RULES, columns, frame)


def findings_table(report: CheckReport) -> Table:
    """Return every finding, worst first."""
    columns = (
        STAFF_ID,
        STAFF_NAME,
        CODE,
        Column("label", LABEL.label, words=report.labels),
        SEVERITY,
        PHASE,
        FROM,
        TO,
        MESSAGE,
        UNIT_ID,
        NAME_OF_UNIT,
        MEASURED,
        LIMIT,
        SHORTFALL,
        UNIT_OF,
        SUBJECT,
        AGREEMENT,
        WAIVED,
        STATE,
        COUNTS,
        BOOKING_IDS,
    )
    frame = report.worst(report.most).with_columns(pl.col("booking_ids").list.join(", "), label="code")
    kept = without_empty(
        present(columns, frame), frame, ("name", "unit_name", "subject", "waived_by", "state", "booking_ids")
    )
    return Table("check_findings", TITLE_FINDINGS, kept, frame)


def people_table(report: CheckReport) -> Table:
    """Return a row per person with findings: how many, and of which rules most."""
    frame = _grouped(report, "staff_id", report.names)
    columns = (STAFF_ID, STAFF_NAME, ERRORS, WARNINGS, INFOS, EXCUSED, WORST)
    return Table("by_person", TITLE_PEOPLE, without_empty(columns, frame, ("name",)), frame)


def units_table(report: CheckReport) -> Table:
    """Return a row per unit with findings: how many, and of which rules most."""
    frame = _grouped(report, "unit_id", report.places)
    columns = (UNIT_ID, NAME_OF_UNIT, ERRORS, WARNINGS, INFOS, EXCUSED, WORST)
    return Table("by_unit", TITLE_UNITS, without_empty(columns, frame, ("unit_name",)), frame)


def unit_rules_table(report: CheckReport) -> Table:
    """Return a row per unit and rule, for pivots."""
    frame = (
        report.result.findings.counted.filter(pl.col("unit_id").is_not_null())
        .group_by("unit_id", "code")
        .agg(_counts())
        .join(report.places, on="unit_id", how="left", maintain_order="left")
        .sort("unit_id", "code")
        .with_columns(label="code")
    )
    columns = (
        UNIT_ID,
        NAME_OF_UNIT,
        CODE,
        Column("label", LABEL.label, words=report.labels),
        ERRORS,
        WARNINGS,
        INFOS,
        EXCUSED,
    )
    return Table("by_unit_and_rule", TITLE_UNIT_RULES, without_empty(columns, frame, ("unit_name",)), frame)


def _grouped(report: CheckReport, key: str, names: pl.DataFrame) -> pl.DataFrame:
    """Return counts by a key, the worst first, with names and the most frequent rules: "WT01 12, BK08 3"."""
    counted = report.result.findings.counted.filter(pl.col(key).is_not_null())
    often = (
        counted.filter("counts")
        .group_by(key, "code")
        .agg(pl.col("number").sum())
        .sort("number", "code", descending=[True, False])
        .group_by(key, maintain_order=True)
        .agg(
            worst=pl.format("{} {}", "code", "number").head(OFTEN).str.join(", "),
        )
    )
    return (
        counted.group_by(key)
        .agg(_counts())
        .join(names, on=key, how="left")
        .join(often, on=key, how="left")
        .sort("error", "warning", "info", key, descending=[True, True, True, False])
    )


def not_judged_table(report: CheckReport) -> Table:
    """Return the rules that left something undecided, with how much and for want of what."""
    frame = report.result.judged.filter(
        (pl.col("not_judged") > 0) | pl.col("why").is_not_null()
    ).with_columns(label="code")
    columns = (CODE, Column("label", LABEL.label, words=report.labels), NOT_JUDGED, JUDGED, WHY)
    return Table("not_judged", TITLE_NOT_JUDGED, columns, frame)


def stale_table(report: CheckReport) -> Table:
    """Return the acceptances whose finding has changed or gone."""
    columns = (STAFF_ID, CODE, FROM, TO, WHO, Column("why", WHY.label, words=STALE_WHY))
    return Table("stale", TITLE_STALE, columns, report.result.findings.stale)


def tables(report: CheckReport) -> list[Table]:
    """Return the workbook's tables in order; the first one's name says which report it is."""
    rules = rules_table(report)
    summary = Table("check", TITLE_SUMMARY, rules.columns, rules.frame, note=period_of(report))
    chosen = [
        summary,
        findings_table(report),
        people_table(report),
        units_table(report),
        unit_rules_table(report),
        not_judged_table(report),
    ]
    return [*chosen, stale_table(report)] if report.result.findings.stale.height else chosen
