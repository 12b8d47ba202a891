"""The steps of a run: what each asks of its command, and which files it writes into the result."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from tcw.batch.request import NightRequest
from tcw.commands.listener import Listener
from tcw.commands.loading import OpenedSource
from tcw.commands.output import Outcome, Targets, write
from tcw.errors import ExitCode
from tcw.model.config.batch import Step
from tcw.model.severity import SEVERITIES, Severity
from tcw.reports.about import About


@dataclass(frozen=True, slots=True)
class Done:
    """What a step came to: rows of its main result, and the exit code it would have by itself."""

    rows: int
    code: ExitCode = ExitCode.CLEAN
    traces: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Work:
    """What every step has at hand: the request, the source read once, the folder being built.

    `about` has no clock, so that the same night gives the same bytes.
    """

    request: NightRequest
    opened: OpenedSource
    folder: Path
    about: About
    listener: Listener

    def deliver(self, outcome: Outcome, *names: str) -> Done:
        """Write an outcome into the folder, under these names and those of `run: files:`.

        Return what it came to.
        """
        stem = names[0].partition(".")[0]
        more = (name for name in self.request.config.run.files if name.partition(".")[0] == stem)
        files = tuple(self.folder / name for name in (*names, *more))
        targets = Targets(lambda _: self.about, out=files, dialect=self.request.dialect)
        with outcome:
            write(outcome, targets, listener=self.listener)
            return Done(outcome.row_count, outcome.exit_code)


def fails(severity: Severity | None, fail_on: str) -> bool:
    """Say whether the worst severity found makes the exit code 1."""
    if severity is None or fail_on == "never":
        return False
    return SEVERITIES.index(severity) <= [str(one) for one in SEVERITIES].index(fail_on)


def check(work: Work) -> Done:
    """Judge all rules of tcw.yaml: check.xlsx, check.html, findings.parquet, findings.csv."""
    from tcw.commands.check import CheckRequest, run

    request = CheckRequest(
        source=work.request.reading,
        as_of=work.request.as_of,
        baseline=work.request.baseline,
        accepted=work.request.accepted,
        fail_on=work.request.config.run.fail_on,
        engine=work.request.engine,
    )
    outcome = run(request, work.listener, work.opened)
    done = work.deliver(outcome, "check.xlsx", "check.html", "findings.parquet", "findings.csv")
    return replace(done, traces=tuple(failure.trace for failure in outcome.result.failures))


def match(work: Work) -> Done:
    """Fill the vacant orders: bookings to import, notifications, and what else there is to hand out."""
    from tcw.commands.match import MatchRequest, OrderSelection, run

    settings = work.request.config.run
    request = MatchRequest(
        source=work.request.reading,
        selection=OrderSelection(work.request.as_of),
        previous=work.request.previous,
        time_limit=settings.match_seconds,
    )
    outcome = run(request, work.listener, work.opened)
    # The result folder is being built, whole or not at all: no folder inside it needs to be.
    outcome.fill_folder(work.folder, work.about, work.request.dialect)
    for message in outcome.handout_notes:
        work.listener.note(message)
    return Done(outcome.row_count, outcome.exit_code)


def kpi(work: Work) -> Done:
    """Compute the key figures of the whole export: kpi.xlsx, kpi.html."""
    from tcw.commands.kpi import KpiRequest, run

    settings = work.request.config.run
    request = KpiRequest(
        source=work.request.reading,
        grain=settings.kpi_grain,
        in_report=True,
        min_group=settings.min_group,
        # The follow-up stands beside it: its hours and these could be subtracted from each other.
        hours_of_small=False,
        fail_on_warning=fails("warning", settings.fail_on),
        engine=work.request.engine,
    )
    return work.deliver(run(request, work.listener, work.opened), "kpi.xlsx", "kpi.html")


def followup(work: Work) -> Done:
    """Follow up the booked hours of the whole export: followup.xlsx, followup.csv."""
    from tcw.commands.followup import FollowupRequest, run

    settings = work.request.config.run
    request = FollowupRequest(
        source=work.request.reading,
        by=settings.followup_by,
        every=settings.followup_every,
        min_group=settings.min_group,
        # The key figures stand beside it, with the sums of each workplace.
        margin="workplace",
    )
    return work.deliver(run(request, work.listener, work.opened), "followup.xlsx", "followup.csv")


STEPS: Mapping[Step, Callable[[Work], Done]] = {
    "check": check,
    "match": match,
    "kpi": kpi,
    "followup": followup,
}
