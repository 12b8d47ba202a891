"""`run:` and `privacy:`: what the nightly batch does, and the key that pseudonyms are made with."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from tcw.model.config.kpis import LARGEST_GROUP
from tcw.model.config.values import Flag, Section, one_or_many, refuse, whole_within
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
_LONGEST_WAIT = 86_400
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
    ] = Field(default=list(STEPS), description="What is done, always in this order.")
    keep: Annotated[int, whole_within(1, _MOST_RESULTS)] | None = Field(
        default=None, description="So many results are kept, the newest ones; without it, all."
    )
    settle_seconds: Annotated[int, whole_within(0, _LONGEST_WAIT)] = Field(
        default=10, description="A file changed more recently than this is waited for; 0: nothing is."
    )
    settle_patience: Annotated[int, whole_within(0, _LONGEST_WAIT)] = Field(
        default=300, description="Seconds to wait for files still being written, before giving up."
    )
    fail_on: FailOn = Field(
        default="error",
        description="Exit code 1 from this severity: of findings, and of red key figures, which are warnings.",
    )
    min_group: Annotated[int, whole_within(0, LARGEST_GROUP)] = Field(
        default=0, description="Statistics hide groups with fewer people than this; 0 hides none."
    )
    pseudonymise: Flag = Field(default=False, description="Replace ids and names by keyed codes.")
    match_seconds: Annotated[int, whole_within(1, _LONGEST_WAIT)] = Field(
        default=900,
        description="Seconds the booking assistant may search; then its best plan so far is taken.",
    )
    followup_by: Annotated[
        list[FollowupKey],
        BeforeValidator(one_or_many, json_schema_input_type=FollowupKey | list[FollowupKey]),
    ] = Field(
        default=["workplace", "activity", "reason"], description="What a row of the follow-up is about."
    )
    followup_every: FollowupEvery = Field(
        default="month", description="One row per week, per month, or for the whole period."
    )


class Privacy(Section):
    """Where `--pseudonymise` finds its key."""

    key_env: str = Field(default="TCW_PSEUDONYM_KEY", description="Environment variable that holds the key.")
    key_file: str | None = Field(
        default=None, description="File that holds the key, instead; relative to the folder of tcw.yaml."
    )
