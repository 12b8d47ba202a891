"""`tcw followup`: booked hours by person, workplace, activity, order reason and period."""

import sys
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from tcw.cli.options import common, days, outputs, people
from tcw.commands.output import Format
from tcw.errors import UsageFault
from tcw.wording import Phrase

if TYPE_CHECKING:
    from tcw.kpis.followup import By

NOT_A_KEY = Phrase("followup-not-a-key", "--by: {text} is none of {known}.")
NO_BOUNDARY = Phrase(
    "followup-no-boundary",
    "--before-from: where does the earlier period end? Give --before-to, or --from of the later period.",
)
DEFAULT_BY = "workplace,activity,reason"


class Every(StrEnum):
    """How long a period is."""

    week = "week"
    month = "month"
    all = "all"


def followup(
    source: common.Source,
    from_: days.From = None,
    to: days.To = None,
    by: Annotated[
        str,
        typer.Option(
            metavar="KEYS",
            help="What a row is about: person, workplace, activity, reason, borrowed, substitute; separated by commas.",
        ),
    ] = DEFAULT_BY,
    every: Annotated[
        Every, typer.Option(help="One row per week, per month, or for the whole period.")
    ] = Every.week,
    unit: people.HomeUnits = None,
    before_from: Annotated[
        str | None,
        typer.Option(
            metavar="DAY", help="Compare with an earlier period: its first day or week.", show_default=False
        ),
    ] = None,
    before_to: Annotated[
        str | None,
        typer.Option(
            metavar="DAY",
            help="Its last day or week, included; default: the day before --from.",
            show_default=False,
        ),
    ] = None,
    min_group: Annotated[
        int | None,
        typer.Option(
            min=0,
            metavar="NUMBER",
            help="Hide groups of fewer people than this, also from subtraction.",
            show_default=False,
        ),
    ] = None,
    format: Annotated[Format, typer.Option(help="What is written to standard output.")] = Format.table,
    csv: outputs.Csv = None,
    out: outputs.Workbook = None,
    into: outputs.Into = None,
    rejects: outputs.Rejects = None,
    pseudonymise: common.Pseudonymise = False,
    show_personal_numbers: common.ShowNumbers = False,
    config: common.Config = None,
    lang: common.Lang = None,
    quiet: common.Quiet = False,
    debug: common.Debug = False,
) -> None:
    """Follow up booked hours: who worked where, on what, why it was ordered, own or borrowed, substitute or regular.

    \b
    Examples:
      tcw followup export --by workplace,reason --every month
      tcw followup export --by person,borrowed --out uppfoljning.xlsx
      tcw followup export --before-from 2026-W02 --before-to 2026-W05 --from 2026-W06
      tcw followup export --by reason --min-group 5 --format csv
    """
    del debug
    from tcw.cli import followup_outputs, loading
    from tcw.kpis.selection import Selection

    settings = loading.settings(source, config, lang)
    followup_outputs.check_targets(out, into, rejects)
    keys = _keys(by)
    least = settings.followup.min_group if min_group is None else min_group
    loaded = loading.read(source, settings, quiet=quiet)
    schedule, hidden = loading.private(
        loaded.schedule, pseudonymise=pseudonymise, show_numbers=show_personal_numbers
    )
    loading.notes(hidden, quiet=quiet)

    def selection(first: date | None, last: date | None) -> Selection:
        return Selection(first_day=first, last_day=last, units=tuple(unit or ()))

    first, before_last = days.first_day(from_), days.last_day(before_to, "--before-to")
    compared = before_from is not None or before_to is not None
    if before_from is not None and before_last is None and first is None:
        raise UsageFault(NO_BOUNDARY)
    # Two periods follow each other unless told otherwise; else the first would reach over the second.
    if compared and first is None and before_last is not None:
        first = before_last + timedelta(days=1)
    if compared and before_last is None and first is not None:
        before_last = first - timedelta(days=1)
    after = selection(first, days.last_day(to))
    before = selection(days.first_day(before_from, "--before-from"), before_last) if compared else None
    data = followup_outputs.Output(format, csv, out, into, rejects, quiet)
    followup_outputs.deliver(schedule, after, before, keys, every.value, least, data, source, sys.stdout)


def _keys(text: str) -> "tuple[By, ...]":
    from tcw.kpis.followup import BY

    words = dict.fromkeys(word.strip() for word in text.split(",") if word.strip())
    for word in words:
        if word not in BY:
            raise UsageFault(NOT_A_KEY, text=word, known=", ".join(BY))
    return tuple(key for word in words for key in BY if key == word)
