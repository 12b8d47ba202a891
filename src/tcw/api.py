"""tcw in a notebook or a program: sources as frames in, results as Polars frames out.

    from tcw import api

    source = api.load("examples/kommun")
    api.kpi(source, grain="unit")            # a row per unit, figures as fractions
    api.check(source, as_of="2026-03-01")    # a row per finding
    api.match(source, as_of="2026-03-01").assignments

Each function asks the same command that `tcw` on the command line and `tcw run` ask (`tcw.commands`), so a
figure is the same everywhere. Nothing is printed and nothing is written. What is wrong with a source or a
request is raised as a `tcw.errors.TcwError`; its `lines("en")` or `lines("sv")` say it as the command line
would.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from tcw.commands import check as _check
from tcw.commands import followup as _followup
from tcw.commands import kpi as _kpi
from tcw.commands import match as _match
from tcw.commands.loading import OpenedSource, SourceRequest, open_source, settings
from tcw.commands.output import Outcome
from tcw.kpis.followup import By
from tcw.kpis.result import Grain
from tcw.kpis.selection import Selection
from tcw.matching.orders import OrderSelection
from tcw.matching.plan import Plan
from tcw.matching.solve import Mode
from tcw.model.config import Config
from tcw.wording import Language
from tcw.worktime.periods import Every

__all__ = [
    "By",
    "Every",
    "Grain",
    "Mode",
    "Plan",
    "Selection",
    "Source",
    "check",
    "followup",
    "kpi",
    "load",
    "match",
]
Day = date | str
"""A day, or its text: 2026-03-02."""


@dataclass(frozen=True, slots=True)
class Source:
    """A source that was read once: hand it to `kpi`, `followup`, `check` and `match`.

    `tables` and `bookings` are what tcw made of the files: columns as docs/reference/tables.md has them, ids
    as text, days as Date, moments as local Datetime.
    """

    request: SourceRequest
    opened: OpenedSource

    @property
    def bookings(self) -> pl.LazyFrame:
        """The bookings, lazy: there may be many."""
        return self.opened.schedule.bookings

    @property
    def tables(self) -> Mapping[str, pl.DataFrame]:
        """The other tables, by name; those that the source does not have are empty.

        Coded people have no date of birth.
        """
        tables = self.opened.schedule.tables
        if not self.request.pseudonymise:
            return tables
        hidden = pl.lit(None, dtype=pl.Date).alias("birth_date")
        return {
            name: table.with_columns(hidden) if "birth_date" in table.columns else table
            for name, table in tables.items()
        }

    @property
    def rejected(self) -> pl.DataFrame:
        """The rows that could not be used.

        `file`, `sheet`, `row`, `table`, `column`, `value`, `reason` (code IN…).
        """
        return self.opened.schedule.intake.rejects


def load(
    path: str | Path,
    config: str | Path | Config | None = None,
    *,
    lang: Language | None = None,
    pseudonymise: bool = False,
    show_personal_numbers: bool = False,
) -> Source:
    """Read a source.

    Args:
        path: a folder of exports, or one file.
        config: a tcw.yaml, or settings made in Python; None: the tcw.yaml beside the source, else the
            defaults.
        lang: of the messages in results; None: the settings', else English.
        pseudonymise: replace ids and names by keyed codes; the key is that of the command line.
        show_personal_numbers: show personal numbers that are used as ids, which are else replaced.

    Raises:
        TcwError: the settings are wrong, a file cannot be read, a needed table is missing, too many rows are
            rejected.
    """
    place = Path(path)
    if not isinstance(config, Config):
        config = settings(place, None if config is None else Path(config))
    request = SourceRequest(
        place, config, lang or config.language or "en", pseudonymise, show_personal_numbers
    )
    return Source(request, open_source(request, ages=True))


def kpi(
    source: Source,
    *,
    grain: Grain = "employee-week",
    selection: Selection = _kpi.EVERYBODY,
    min_group: int = 0,
) -> pl.DataFrame:
    """Return the key figures (nyckeltal): hours and, as fractions, the figures of docs/reference/figures.md.

    Args:
        source: see `load`.
        grain: what a row is about.
        selection: whose rows, and when.
        min_group: hide groups of fewer people; 0: none. Then no row may be about one person.

    Raises:
        TcwError: nothing is booked, or the selection names what the source does not have.
    """
    request = _kpi.KpiRequest(source=source.request, selection=selection, grain=grain, min_group=min_group)
    return _frame(_kpi.run(request, opened=source.opened))


def followup(
    source: Source,
    *,
    by: Sequence[By] = _followup.DEFAULT_BY,
    every: Every = "week",
    first_day: Day | None = None,
    last_day: Day | None = None,
    min_group: int | None = None,
) -> pl.DataFrame:
    """Return the booked hours by person, workplace, activity, order reason and period.

    Raises:
        TcwError: nothing is booked in the period.
    """
    request = _followup.FollowupRequest(
        source=source.request,
        by=by,
        every=every,
        first_day=_day(first_day),
        last_day=_day(last_day),
        min_group=min_group,
    )
    return _frame(_followup.run(request, opened=source.opened))


def check(
    source: Source,
    *,
    as_of: Day | None = None,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    baseline: Path | None = None,
    accepted: Path | None = None,
) -> pl.DataFrame:
    """Return the findings of the rules, then the doubts about the data (codes IN…), a row each.

    Args:
        source: see `load`.
        as_of: bookings from this day on are planned; None: today.
        select: rules or families to judge; none: those of tcw.yaml.
        ignore: rules or families to leave out.
        baseline: findings of an earlier run: only new ones count.
        accepted: findings that somebody has accepted: they do not count.

    Raises:
        TcwError: there is no such rule, or the earlier findings cannot be read.
    """
    request = _check.CheckRequest(
        source=source.request,
        as_of=_day(as_of) or date.today(),  # noqa: DTZ011 - the user's own day
        select=select,
        ignore=ignore,
        baseline=baseline,
        accepted=accepted,
    )
    return _frame(_check.run(request, opened=source.opened))


def match(
    source: Source,
    *,
    as_of: Day | None = None,
    mode: Mode = "joint",
    time_limit: float | None = None,
) -> Plan:
    """Fill vacant orders so that no rule is broken.

    Args:
        source: see `load`.
        as_of: orders from this day on are filled; None: today.
        mode: all at once and proven (joint), assistant by assistant (staggered), or order by order (greedy).
        time_limit: seconds after which the best plan so far is returned.

    Returns:
        A plan, whose fields are frames: `assignments`, `unfilled`, `reasons`, `requests` and others.
    """
    asked = OrderSelection(_day(as_of) or date.today())  # noqa: DTZ011 - the user's own day
    request = _match.MatchRequest(source=source.request, selection=asked, mode=mode, time_limit=time_limit)
    return _match.run(request, opened=source.opened).plan


def _frame(outcome: Outcome) -> pl.DataFrame:
    """Return all rows of an outcome in memory."""
    with outcome:
        return pl.concat(list(outcome.rows()))


def _day(day: Day | None) -> date | None:
    return date.fromisoformat(day) if isinstance(day, str) else day
