"""`run:` and `privacy:`: what the nightly batch does, and the key that pseudonyms are made with."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator

from tcw.model.config.kpis import LARGEST_GROUP
from tcw.model.config.values import Flag, Section, one_or_many, refuse, setting, whole_within
from tcw.wording import Phrase

NO_STEPS = Phrase(
    "config-no-steps",
    "{file}, line {line}: {key} is empty; name at least one of check, match, kpi and followup.",
)
Step = Literal["check", "match", "kpi", "followup"]
STEPS: tuple[Step, ...] = ("check", "match", "kpi", "followup")
FailOn = Literal["error", "warning", "info", "never"]
FollowupKey = Literal["workplace", "activity", "reason", "borrowed", "substitute"]
FollowupEvery = Literal["week", "month", "all"]
NightFile = Literal["check.json", "kpi.csv", "kpi.json", "kpi.parquet", "followup.json", "followup.parquet"]
NightGrain = Literal["employee-week", "employee", "week", "unit", "area", "all"]
_LONGEST_WAIT = 86_400
_MOST_PARTS = 100_000
_MOST_RESULTS = 100_000


def _some_step(steps: list[Step]) -> list[Step]:
    if not steps:
        raise refuse(NO_STEPS)
    return [step for step in STEPS if step in steps]


class Run(Section):
    """The nightly batch (tcw run)."""

    steps: Annotated[
        list[Step],
        BeforeValidator(one_or_many, json_schema_input_type=Step | list[Step]),
        AfterValidator(_some_step),
    ] = setting("What is done, always in this order.", list(STEPS))
    keep: Annotated[int, whole_within(1, _MOST_RESULTS)] | None = setting(
        "So many results are kept, the newest ones; without it, all."
    )
    settle_seconds: Annotated[int, whole_within(0, _LONGEST_WAIT)] = setting(
        "A file changed more recently than this is waited for; 0: nothing is.", 10
    )
    settle_patience: Annotated[int, whole_within(0, _LONGEST_WAIT)] = setting(
        "Seconds to wait for files still being written, before giving up.", 300
    )
    fail_on: FailOn = setting(
        "Exit code 1 from this severity: of findings, and of red key figures, which are warnings.", "error"
    )
    min_group: Annotated[int, whole_within(0, LARGEST_GROUP)] = setting(
        "Statistics hide groups with fewer people than this; 0 hides none.", 0
    )
    pseudonymise: Flag = setting("Replace ids and names by keyed codes.", default=False)
    match_seconds: Annotated[int, whole_within(1, _LONGEST_WAIT)] = setting(
        "Seconds the booking assistant may search; then its best plan so far is taken.", 900
    )
    followup_by: Annotated[
        list[FollowupKey],
        BeforeValidator(one_or_many, json_schema_input_type=FollowupKey | list[FollowupKey]),
    ] = setting("What a row of the follow-up is about.", ["workplace", "activity", "reason"])
    followup_every: FollowupEvery = setting("One row per week, per month, or for the whole period.", "month")
    baseline: str | None = setting(
        "Findings of an earlier run (Parquet or CSV): only new ones count; relative to the folder of "
        "tcw.yaml."
    )
    accepted: str | None = setting(
        "Findings somebody has accepted (CSV with who, when, why): they do not count; relative likewise."
    )
    previous: str | None = setting(
        "The last plan (plan.parquet), which the booking assistant is to change little of; relative likewise."
    )
    parts: Annotated[int, whole_within(1, _MOST_PARTS)] | None = setting(
        "Parts of the people to work through one after another, for less memory; "
        "without it, as many as the source needs."
    )
    files: Annotated[
        list[NightFile], BeforeValidator(one_or_many, json_schema_input_type=NightFile | list[NightFile])
    ] = setting("Files that are written beside the usual ones, for programs.", [])
    kpi_grain: NightGrain | None = setting(
        "What a row of kpi.csv, kpi.json and kpi.parquet is about; without it, employee-week."
    )


class Privacy(Section):
    """Where `--pseudonymise` finds its key."""

    key_env: str = setting("Environment variable that holds the key.", "TCW_PSEUDONYM_KEY")
    key_file: str | None = setting("File that holds the key, instead; relative to the folder of tcw.yaml.")
