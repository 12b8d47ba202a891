"""`grid:`: rosters with one row per person and one column per date, and what their letter codes mean."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from tcw.model.config.section import Section
from tcw.model.config.values import ClockTime, Flag, refuse, whole_within
from tcw.wording import Phrase

GRID_CODE = Phrase(
    "config-grid-code",
    '{file}, line {line}: {key} is "{value}"; write ignore, or what it stands for, as in {{activity: DAG}}.',
)
FIRST_YEAR, LAST_YEAR = 1990, 2100
MINUTES_PER_DAY = 1440


class GridCode(Section):
    """What a code in a grid's cell stands for; without times, the cell's or the row's times hold."""

    activity: str | None = Field(default=None, description="The activity's id.")
    start: ClockTime | None = Field(default=None, description='When it starts, as in "07:00".')
    end: ClockTime | None = Field(
        default=None, description="When it ends; at or before the start is the next day."
    )
    break_minutes: Annotated[int, whole_within(0, MINUTES_PER_DAY)] | None = Field(
        default=None, description="Unpaid break, in minutes."
    )
    ignore: Flag = Field(default=False, description="The code books nothing (a day off).")


def _ignore_or_settings(value: object) -> object:
    if isinstance(value, str):
        if value.strip().lower() == "ignore":
            return {"ignore": True}
        raise refuse(GRID_CODE)
    return value


GridCodeOrIgnore = Annotated[
    GridCode, BeforeValidator(_ignore_or_settings, json_schema_input_type=GridCode | Literal["ignore"])
]


class Grid(Section):
    """Settings for grids."""

    year: Annotated[int, whole_within(FIRST_YEAR, LAST_YEAR)] | None = Field(
        default=None, description="The year of dates written without one."
    )
    codes: dict[str, GridCodeOrIgnore] = Field(
        default={}, description="Code in a cell -> what it stands for, or ignore."
    )
