"""Who is employed on which day, at what rate, as what, where."""

from datetime import date, timedelta
from fractions import Fraction

from tests.oracle.hours import Period, days_of_week
from tests.oracle.records import Employment, Settings

BEFORE_ALL = date.min
AFTER_ALL = date.max


def first_day_of(employment: Employment) -> date:
    return employment.valid_from or BEFORE_ALL


def last_day_of(employment: Employment, rows: list[Employment]) -> date:
    """The employment's last day, given all rows of the same staff_id.

    A row without an end ends the day before the next row that begins later: systems export a change of rate
    as a new row and leave the old one open.
    """
    if employment.valid_to is not None:
        return employment.valid_to
    later = [first_day_of(other) for other in rows if first_day_of(other) > first_day_of(employment)]
    return min(later) - timedelta(days=1) if later else AFTER_ALL


class Career:
    """All employments of one staff_id. Rows alike in everything are one row."""

    def __init__(self, staff_id: str, staff: tuple[Employment, ...]) -> None:
        self.staff_id = staff_id
        self.rows = list(dict.fromkeys(row for row in staff if row.staff_id == staff_id))

    def on(self, day: date) -> list[Employment]:
        """The employments held on the day."""
        return [row for row in self.rows if first_day_of(row) <= day <= last_day_of(row, self.rows)]

    def is_employed_in(self, monday: Period) -> bool:
        """Whether employed on at least one day of the week."""
        return any(self.on(day) for day in days_of_week(monday))

    def rate_on(self, day: date) -> Fraction | None:
        """The rate of the day: several employments at once add up; 0 when not employed; None when not
        known."""
        total = Fraction(0)
        for row in self.on(day):
            if row.rate is None:
                return None
            total += row.rate
        return total

    def rate_in(self, monday: Period, settings: Settings) -> Fraction | None:
        """The rate of the week: the mean of its days' rates, over all seven days or over the working days."""
        days = days_of_week(monday)
        if settings.rate_weighting == "working_days":
            days = [day for day in days if day.isoweekday() in settings.working_days]
        total = Fraction(0)
        for day in days:
            rate = self.rate_on(day)
            if rate is None:
                return None
            total += rate
        return total / len(days)

    def main_in(self, monday: Period) -> Employment:
        """The employment that says the week's employment type and home unit.

        The one that holds last in the week; of several, the one that began last; of several, the last in the
        file.
        """

        def order(row: Employment) -> tuple[date, date, int]:
            last_day = min(last_day_of(row, self.rows), days_of_week(monday)[-1])
            return last_day, first_day_of(row), self.rows.index(row)

        return max((row for day in days_of_week(monday) for row in self.on(day)), key=order)
