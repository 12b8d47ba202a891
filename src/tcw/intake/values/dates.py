"""Dates as text: 2026-03-02, 20260302, 2/3 2026, 02.03.2026, 2 mars 2026, Excel's day numbers.

Which part of 03/04/2026 is the day, the whole column decides (`settle`), or nothing does.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import polars as pl

from tcw.intake.values.reading import (
    Ambiguity,
    DateOrder,
    Form,
    Hints,
    after,
    by_parts,
    either,
    over,
    used,
    when_like,
)
from tcw.wording import Message, Phrase
from tcw.wording.quantities import Count

# Names of months and weekdays in Swedish and English.

MONTHS = {
    **dict.fromkeys(("jan", "januari", "january"), 1),
    **dict.fromkeys(("feb", "febr", "februari", "february"), 2),
    **dict.fromkeys(("mar", "mars", "march"), 3),
    **dict.fromkeys(("apr", "april"), 4),
    **dict.fromkeys(("maj", "may"), 5),
    **dict.fromkeys(("jun", "juni", "june"), 6),
    **dict.fromkeys(("jul", "juli", "july"), 7),
    **dict.fromkeys(("aug", "augusti", "august"), 8),
    **dict.fromkeys(("sep", "sept", "september"), 9),
    **dict.fromkeys(("okt", "oktober", "oct", "october"), 10),
    **dict.fromkeys(("nov", "november"), 11),
    **dict.fromkeys(("dec", "december"), 12),
}

# The names without dots on å, ä, ö come from systems that cannot write them.
WEEKDAYS = {
    **dict.fromkeys(("måndag", "mån", "må", "mandag", "man", "monday", "mon"), 1),
    **dict.fromkeys(("tisdag", "tis", "ti", "tuesday", "tues", "tue"), 2),
    **dict.fromkeys(("onsdag", "ons", "on", "wednesday", "wed"), 3),
    **dict.fromkeys(("torsdag", "tors", "tor", "to", "thursday", "thurs", "thur", "thu"), 4),
    **dict.fromkeys(("fredag", "fre", "fr", "friday", "fri"), 5),
    **dict.fromkeys(("lördag", "lör", "lö", "lordag", "lor", "saturday", "sat"), 6),
    **dict.fromkeys(("söndag", "sön", "sö", "sondag", "son", "sunday", "sun"), 7),
}


def any_of(names: dict[str, int]) -> str:
    """Return a pattern for any of the names, longest first."""
    return "|".join(sorted(names, key=len, reverse=True))


# The order of day, month and year.

ORDER_UNCLEAR = Phrase(
    "values.date-order-unclear",
    "{where}: column {column} has dates such as {example}, and nothing tells the day from the month or year: "
    "set date_order to dmy, mdy or ymd for the file under files: in tcw.yaml.",
)
ORDER_MINORITY = Phrase(
    "values.date-order-minority",
    "dates such as {example} read as {order}; {left} different cells fit only another order and are left out",
)
ORDER_ASSUMED = Phrase(
    "values.date-order-assumed", "dates such as {example} read as {order}, as is usual for dates written so"
)

# A schedule spans a few years. An order that gives so many more years than another is the wrong one.
SCATTERED_YEARS = 5


@dataclass(frozen=True, slots=True)
class Family:
    """Dates of three numbers that look the same in every order of day, month and year."""

    pattern: str
    orders: tuple[DateOrder, ...]
    form: Callable[[DateOrder], Form]
    usual: DateOrder | None = None
    """The order that is the convention for dates written so, if there is one."""
    only_if_narrowest: bool = False
    """The convention counts only where it gives fewer years than every other order."""


def settle(
    bare: pl.Series, weekday: pl.Series | None, family: Family, hints: Hints
) -> tuple[DateOrder, Message | None]:
    """Return the order of a column's dates of one family, and a note where another order would be possible.

    The whole column decides, in this sequence: the hint; the order that fits most cells (and their weekdays);
    among equals the order with the fewest years; the convention. Examples of day and month in a column:

        03/04/2026, 25/04/2026    only dmy fits both: 3 April and 25 April
        03/04/2026, 05/06/2026    dmy and mdy fit both: Ambiguity, and the user must say date_order
        260304, 260405            ymd puts both in 2026, dmy in 2004 and 2005, mdy fits neither: ymd

    Args:
        bare: distinct cells without weekday names.
        weekday: the weekday that each cell names (1 Monday … 7, or null).
        family: the kind of dates.
        hints: what the configuration says.

    Raises:
        Ambiguity: nothing decides.
    """
    if hints.date_order in family.orders:
        return hints.date_order, None
    read = {order: _dates(bare, weekday, family.form(order)) for order in family.orders}
    best = max(dates.count() for dates in read.values())
    viable = _narrowed([order for order in family.orders if read[order].count() == best], read)
    example = bare[0]
    if len(viable) > 1:
        if family.usual not in viable or (
            family.only_if_narrowest and not _narrowest(family.usual, viable, read)
        ):
            raise Ambiguity(ORDER_UNCLEAR, example=_undecided(bare, viable, read))
        return family.usual, Message(ORDER_ASSUMED, {"example": example, "order": family.usual})
    chosen = viable[0]
    fits_another = pl.DataFrame({order: dates.is_not_null() for order, dates in read.items()}).select(
        pl.any_horizontal(pl.all())
    )
    left = int((read[chosen].is_null() & fits_another.to_series()).sum())
    if left:
        return chosen, Message(ORDER_MINORITY, {"example": example, "order": chosen, "left": Count(left)})
    return chosen, None


def _dates(bare: pl.Series, weekday: pl.Series | None, form: Form) -> pl.Series:
    dates = over(bare, form.parse)
    if weekday is None:
        return dates
    fits = (dates.dt.weekday() == weekday).fill_null(value=True)
    return dates.to_frame("date").select(pl.when(fits).then(pl.col("date"))).to_series()


def _narrowed(viable: list[DateOrder], read: Mapping[DateOrder, pl.Series]) -> list[DateOrder]:
    """Return the orders without those that give the same dates as another or scatter them over more years."""
    distinct: list[DateOrder] = []
    for order in viable:
        if not any(read[order].equals(read[other]) for other in distinct):
            distinct.append(order)
    spans = {order: _years(read[order]) for order in distinct}
    narrowest = min(spans.values())
    return [order for order in distinct if spans[order] < narrowest + SCATTERED_YEARS]


def _narrowest(order: DateOrder, viable: list[DateOrder], read: Mapping[DateOrder, pl.Series]) -> bool:
    return all(_years(read[order]) < _years(read[other]) for other in viable if other != order)


def _years(dates: pl.Series) -> int:
    years = dates.drop_nulls().dt.year()
    first, last = years.min(), years.max()
    return last - first if isinstance(first, int) and isinstance(last, int) else 0


def _undecided(bare: pl.Series, viable: list[DateOrder], read: Mapping[DateOrder, pl.Series]) -> str:
    differ = read[viable[0]].ne_missing(read[viable[1]])
    example: str = bare.filter(differ)[0]
    return example


# The forms of dates.

FIRST, LAST = dt.date(1900, 1, 1), dt.date(2100, 12, 31)
EXCEL_EPOCH = dt.date(1899, 12, 30)  # for serials from 1900-03-01, day 61, on
# 1927-05-18 … 2100-12-31: smaller numbers are probably years or ids.
SERIALS = (10_000, 73_415)
CENTURY_PIVOT = 50

TWO_DIGIT_YEARS = Phrase(
    "values.two-digit-years", "years of two digits read as 1950–2049 (dates such as {example})"
)
SERIAL_DAYS = Phrase(
    "values.excel-serials", "numbers read as Excel's day numbers, counted from 1900 (46083 is 2026-03-02)"
)
OPEN_END = Phrase("values.open-end", "dates such as {example} mean no end and are read as 2100-12-31")

WEEKDAY_BEFORE = rf"(?i)^(?P<weekday>{any_of(WEEKDAYS)})(?:en)?[.,]{{0,2}} +(?:den +)?"
WEEKDAY_AFTER = rf"(?i)[,.]? +\(?(?P<weekday>{any_of(WEEKDAYS)})\.?\)?$"
MONTH = rf"(?P<m>{any_of(MONTHS)})"
YEAR, SHORT_YEAR = r"(?P<y>\d{4})", r"(?P<y>\d{2})"
DAY, MONTH_NUMBER = r"(?P<d>\d{1,2})", r"(?P<m>\d{1,2})"


def plausible(date: pl.Expr) -> pl.Expr:
    """Return the date where its year is 1900–2100: 0026-03-02 is a mistake."""
    return pl.when(date.is_between(FIRST, LAST)).then(date)


def _strptime(label: str, pattern: str, strptime: str) -> Form:
    return Form(
        label,
        pattern,
        when_like(pattern, lambda cell: plausible(cell.str.to_date(strptime, strict=False))),
        strptime,
    )


def _rearranged(label: str, pattern: str, *, short_year: bool = False) -> Form:
    """Return the form of a pattern with groups y, m and d of digits, in any order."""

    def parse(cell: pl.Expr) -> pl.Expr:
        iso = cell.str.replace(pattern, "${y}-${m}-${d}")
        if short_year:
            iso = with_century(iso)
        return plausible(iso.str.to_date("%Y-%m-%d", strict=False))

    return Form(label, pattern, when_like(pattern, parse))


def with_century(text: pl.Expr) -> pl.Expr:
    """Return text that begins with a year of two digits with that year in four."""
    recent = text.str.head(2) < str(CENTURY_PIVOT)
    return pl.when(recent).then("20" + text).otherwise("19" + text)


def _named_month(label: str, pattern: str, *, short_year: bool = False) -> Form:
    def parse(cell: pl.Expr) -> pl.Expr:
        month = pl.field("m").replace_strict(
            list(MONTHS), [str(number) for number in MONTHS.values()], default=None, return_dtype=pl.String
        )
        year = with_century(pl.field("y")) if short_year else pl.field("y")
        iso = pl.concat_str(year, month, pl.field("d"), separator="-")
        date = plausible(iso.str.to_date("%Y-%m-%d", strict=False))
        return by_parts(cell.str.to_lowercase(), pattern, date)

    return Form(label, pattern, parse)


def _serial(cell: pl.Expr) -> pl.Expr:
    day = cell.str.head(5).cast(pl.Int32, strict=False)
    days = pl.when(day.is_between(*SERIALS)).then(day)
    return pl.lit(EXCEL_EPOCH) + pl.duration(days=days)


def _open_end(cell: pl.Expr) -> pl.Expr:
    return pl.when(cell.is_not_null()).then(pl.lit(LAST))


def _iso_week(cell: pl.Expr) -> pl.Expr:
    dashed = cell.str.to_uppercase().str.replace(r"^(\d{4})-?W(\d\d)-?(\d)$", "${1}-W${2}-${3}")
    return plausible(dashed.str.to_date("%G-W%V-%u", strict=False))


_ORDINAL = r"(?:\.|:?e|:?a|st|nd|rd|th)?"
_ISO_WEEK = r"(?i)^\d{4}-?W\d\d-?[1-7]$"
_OPEN = r"^(?:2[2-9]|[3-9]\d)\d\d-?12-?31$"
_SERIAL = r"^\d{5}(?:[.,]0+)?$"

SERIAL_FORM = Form("46083", _SERIAL, when_like(_SERIAL, _serial))
OPEN_FORM = Form("9999-12-31", _OPEN, when_like(_OPEN, _open_end))
SHORT_DOTTED = _rearranged("02.03.26", rf"^{DAY}\. ?{MONTH_NUMBER}\. ?{SHORT_YEAR}$", short_year=True)

FIXED = (
    _strptime("2026-03-02", r"^\d{4}-\d{1,2}-\d{1,2}$", "%Y-%m-%d"),
    _strptime("20260302", r"^\d{8}$", "%Y%m%d"),
    _strptime("2026/03/02", r"^\d{4}/\d{1,2}/\d{1,2}$", "%Y/%m/%d"),
    _strptime("2026.03.02", r"^\d{4}\.\d{1,2}\.\d{1,2}$", "%Y.%m.%d"),
    _strptime("02.03.2026", r"^\d{1,2}\.\d{1,2}\.\d{4}$", "%d.%m.%Y"),
    _strptime("2/3 2026", r"^\d{1,2}/\d{1,2} \d{4}$", "%d/%m %Y"),
    _rearranged("2. 3. 2026", rf"^{DAY}\. {MONTH_NUMBER}\. {YEAR}$"),
    _rearranged("2/3-2026", rf"^{DAY}/{MONTH_NUMBER} ?- ?{YEAR}$"),
    _rearranged("2/3-26", rf"^{DAY}/{MONTH_NUMBER} ?[- ] ?{SHORT_YEAR}$", short_year=True),
    _named_month("2 mars 2026", rf"(?i)^(?:den )?{DAY}{_ORDINAL}(?: of)?[ /.-]*{MONTH}[.,]?[ /-]*{YEAR}$"),
    _named_month(
        "02-Mar-26", rf"(?i)^(?:den )?{DAY}{_ORDINAL}[ /-]*{MONTH}[.,]?[ /-]*'?{SHORT_YEAR}$", short_year=True
    ),
    _named_month("Mar 2, 2026", rf"(?i)^{MONTH}\.?[ -]*{DAY}{_ORDINAL}(?:, ?|[ -]){YEAR}$"),
    _named_month("2026-Mar-02", rf"(?i)^{YEAR}[ -]{MONTH}\.?[ -]{DAY}$"),
    Form("2026-W10-1", _ISO_WEEK, when_like(_ISO_WEEK, _iso_week)),
    SERIAL_FORM,
    OPEN_FORM,
)

_LONG = {"dmy": "02/03/2026", "mdy": "03/02/2026"}
_LONG_STRPTIME = {"/": {"dmy": "%d/%m/%Y", "mdy": "%m/%d/%Y"}, "-": {"dmy": "%d-%m-%Y", "mdy": "%m-%d-%Y"}}
_SHORT = {"dmy": "02/03/26", "mdy": "03/02/26", "ymd": "26/03/02"}


def _long_form(separator: str, order: DateOrder) -> Form:
    label = _LONG[order].replace("/", separator)
    pattern = rf"^\d{{1,2}}{separator}\d{{1,2}}{separator}\d{{4}}$"
    return _strptime(label, pattern, _LONG_STRPTIME[separator][order])


def _short_form(separator: str, order: DateOrder) -> Form:
    digits = r"\d{2}" if separator == "" else r"\d{1,2}"
    parts = {"y": SHORT_YEAR, "m": rf"(?P<m>{digits})", "d": rf"(?P<d>{digits})"}
    pattern = f"^{separator.join(parts[part] for part in order)}$"
    return _rearranged(_SHORT[order].replace("/", separator), pattern, short_year=True)


def _both_long(order: DateOrder) -> Form:
    """Return the form of dates with / or -: a column has the same order for both."""
    pattern = r"^\d{1,2}(?:/\d{1,2}/|-\d{1,2}-)\d{4}$"
    slashed = _strptime(_LONG[order], pattern, _LONG_STRPTIME["/"][order])
    return Form(
        slashed.label, pattern, lambda cell: slashed.parse(cell.str.replace_all("-", "/", literal=True))
    )


LONG_FAMILY = Family(r"^\d{1,2}(?:/\d{1,2}/|-\d{1,2}-)\d{4}$", ("dmy", "mdy"), _both_long)
SHORT_FAMILIES = (
    Family(r"^\d{1,2}/\d{1,2}/\d{1,2}$", ("dmy", "mdy", "ymd"), lambda order: _short_form("/", order)),
    # Swedes write 26-03-02, as the standard SS-ISO 8601 once allowed.
    Family(r"^\d{1,2}-\d{1,2}-\d{1,2}$", ("ymd", "dmy", "mdy"), lambda order: _short_form("-", order), "ymd"),
    Family(
        r"^\d{6}$",
        ("ymd", "dmy", "mdy"),
        lambda order: _short_form("", order),
        "ymd",
        only_if_narrowest=True,
    ),
)


# The plan of a column.


@dataclass(frozen=True, slots=True)
class DatePlan:
    """The forms of dates in a column, most used first."""

    forms: tuple[Form, ...]
    weekdays: bool
    """Some cells begin or end with the name of a weekday, which `forms` do not know."""
    notes: tuple[Message, ...]

    def parse(self, cell: pl.Expr) -> pl.Expr:
        """Return the Date of a cell that is a date and nothing else."""
        step = without_weekday if self.weekdays else None
        return after(step, either(self.forms, pl.Date()))(cell)


def without_weekday(cell: pl.Expr) -> pl.Expr:
    """Return the cell without the name of a weekday at either end."""
    return cell.str.replace(WEEKDAY_BEFORE, "").str.replace(WEEKDAY_AFTER, "")


def named_weekday(cell: pl.Expr) -> pl.Expr:
    """Return the weekday that a cell names, 1 (Monday) to 7, else null."""
    name = pl.coalesce(cell.str.extract(WEEKDAY_BEFORE, 1), cell.str.extract(WEEKDAY_AFTER, 1))
    return name.str.to_lowercase().replace_strict(WEEKDAYS, default=None, return_dtype=pl.Int8)


def plan_dates(cells: pl.Series, hints: Hints) -> DatePlan:
    """Decide how distinct, tidy cells write dates. Raises Ambiguity."""
    weekday = over(cells, named_weekday)
    weekdays = weekday.null_count() < weekday.len()
    bare = over(cells, without_weekday) if weekdays else cells
    forms, notes = list(FIXED), []
    for family in (LONG_FAMILY, *SHORT_FAMILIES):
        concerned = bare.str.contains(family.pattern)
        if not concerned.any():
            continue
        order, note = settle(
            bare.filter(concerned), weekday.filter(concerned) if weekdays else None, family, hints
        )
        if note is not None:
            notes.append(note)
        if family is LONG_FAMILY:
            forms += [_long_form(separator, order) for separator in ("/", "-")]
            # Dates with whole years also decide the order of those with two-digit years.
            hints = hints if hints.date_order else replace(hints, date_order=order)
        else:
            forms.append(family.form(order))
    forms.append(SHORT_DOTTED)
    needed = used(forms, bare)
    return DatePlan(tuple(needed), weekdays, (*notes, *_notes(needed)))


def _notes(forms: list[Form]) -> list[Message]:
    notes = [
        Message(TWO_DIGIT_YEARS, {"example": form.label}) for form in forms if SHORT_YEAR in form.pattern
    ][:1]
    if SERIAL_FORM in forms:
        notes.append(Message(SERIAL_DAYS))
    if OPEN_FORM in forms:
        notes.append(Message(OPEN_END, {"example": OPEN_FORM.label}))
    return notes
