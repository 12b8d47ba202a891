"""What exports are made of: known headers and junk, cells of every kind a column may hold, and those of
none."""

import tomllib
from importlib import resources

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

TOLD = tomllib.loads(resources.files("tcw.intake.headers").joinpath("headers.toml").read_text("utf-8"))
ALIASES: dict[str, dict[str, list[str]]] = {
    table: {column: [name.removeprefix("~") for name in names] for column, names in columns.items()}
    for table, columns in TOLD["columns"].items()
}
WORDS = [
    spelling for words in TOLD["words"].values() for spellings in words.values() for spelling in spellings
]
ENOUGH: dict[str, list[tuple[str, ...]]] = {
    "staff": [("staff_id", "employment_rate"), ("staff_id", "name", "employment_type")],
    "activities": [("activity_id", "billing"), ("activity_id", "name", "time_kind")],
    "bookings": [
        ("staff_id", "activity_id", "start", "end"),
        ("staff_id", "activity_id", "date", "start", "end"),
        ("staff_id", "activity_id", "date", "hours"),
        ("staff_id", "activity_id", "start", "end", "minutes"),
        ("staff_id", "activity_id", "date", "start", "end", "hours", "booking_id", "status"),
    ],
    "orders": [("order_id", "unit_id", "start", "end"), ("order_id", "unit_id", "start", "end", "status")],
    "availability": [("staff_id", "start", "end", "kind")],
    "competences": [("staff_id", "competence_id")],
    "agreement_links": [("staff_id", "agreement_id")],
    "interests": [("order_id", "staff_id", "registered_at")],
    "units": [("unit_id", "name", "planning_area")],
    "introductions": [("staff_id", "unit_id", "tier")],
    "red_days": [("date", "percent")],
}  # fmt: skip
"""Columns by which a table is likely to be recognised."""

IDS = st.sampled_from(["001", "002", "7", "DAG", "Natt", "19820901-0001", "8209010001", "A 1", "ö", "0"])
DAYS = [
    "2026-03-02", "2026-03-03", "20260302", "26-03-02", "2/3 2026", "02.03.2026", "03/04/2026", "31/12/2026", "12/31/26",
    "46083", "46083.5", "2026-03-02 00:00:00", "2 mars 2026", "mån 2/3", "2026-02-30", "0001-01-01", "9999-12-31",
    "2026-13-01", "2026-03-29", "2026-10-25", "-1", "1e9", "2026-W10-1", "2026-03-02T07:30:00Z", "2026-03-29 02:30",
    "2026-10-25 02:30", "1601-01-01T00:00", "262143-12-31", "+99999999-01-01", "20260302073000", "99999999999",
]  # fmt: skip
CLOCKS = [
    "07:30", "7.30", "0730", "24:00", "00:00", "0,3125", "0.999999", "1", "1.5", "25:00", "7:30 PM", "kl 7", "07:00-16:00",
    "1899-12-31 07:30:00", "07:30:15.123456789", "16:00", "16", "-07:30", "99:99",
]  # fmt: skip
LENGTHS = [
    "7,5", "7.5", "8", "7:30", "129:25", "450", "-4", "0", "PT7H30M", "7 h", "1 234,5", "1e308", "-1e308", "NaN", "inf",
    "99999999999999999999", "9223372036854775807", "0,0000000001", "1.234.567,8", "P1Y", "1900-01-01 02:05:00",
]  # fmt: skip
SHARES = ["75", "75 %", "0,75", "100", "1", "0.5%", "-10 %", "1000 %", "12345678901234567890 %", "75,5", "%"]
ODD = [
    "", " ", "\u00a0", "-", "–", "null", "#N/A", "#REF!", "Summa", "Totalt", "=1+1", "'1", '"', '""', 'a "b" c', "a;b", "a,b", "a\tb",
    "a|b", "rad\nbrytning", "rad\r\nbrytning", "\x00", "\x1a", "\x1b[31m", "\x1f", "\x7f", "\x85", "\u2028", "\ufeff", "\ufffd", "\u202e",
    "é", "e\u0301", "\U0001f642", "９", "−1", "Å" * 300, "9" * 400, "x" * 5000, "sep=;", "<html>", "PAR1", "{0}", "{file}",
]  # fmt: skip
CELLS: SearchStrategy[str] = st.one_of(
    IDS,
    st.sampled_from(DAYS),
    st.sampled_from(CLOCKS),
    st.sampled_from(LENGTHS),
    st.sampled_from(SHARES),
    st.sampled_from(WORDS),
    st.sampled_from(ODD),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    st.from_regex(r"[0-9 .,:/%T+-]{1,12}", fullmatch=True),
)
KINDS: dict[str, SearchStrategy[str]] = {
    "date": st.sampled_from(DAYS),
    "end_date": st.sampled_from(DAYS),
    "start": st.sampled_from(DAYS + CLOCKS),
    "end": st.sampled_from(DAYS + CLOCKS),
    "hours": st.sampled_from(LENGTHS),
    "minutes": st.sampled_from(LENGTHS),
    "percent": st.sampled_from(SHARES),
    "employment_rate": st.sampled_from(SHARES),
}
PLAIN: dict[str, SearchStrategy[str]] = {
    "date": st.sampled_from(["2026-03-02", "2026-03-03", "2026-04-30"]),
    "start": st.sampled_from(["2026-03-02 07:00", "2026-03-03 21:00"]),
    "end": st.sampled_from(["2026-03-03 22:00", "2026-03-04 07:00"]),
    "hours": st.sampled_from(["7,5", "8", "0,25"]),
    "minutes": st.sampled_from(["450", "30"]),
    "percent": st.sampled_from(["50", "100"]),
    "employment_rate": st.sampled_from(["75", "100", "12,5"]),
}
"""Cells without a fault, by column; ids in the others."""
JUNK_HEADERS = st.one_of(
    st.sampled_from(["", "Kolumn1", "§", "Unnamed: 3", "Rad", "1", "2026-03-02", "Kommentar", '"']), CELLS
)


def cells_of(column: str) -> SearchStrategy[str]:
    """Mostly what the column may hold, and anything else."""
    fit = KINDS.get(column, IDS)
    plain = PLAIN.get(column, IDS)
    return st.one_of(plain, fit, CELLS)


@st.composite
def header_of(draw: st.DrawFn, *, junk: bool = True) -> list[tuple[str, str]]:
    """Headers of a table, each with the column it stands for ("" for none)."""
    # A third bookings: they are read in more ways than the others.
    table = draw(st.sampled_from([*["bookings"] * 5, *ENOUGH]))
    wanted = list(draw(st.sampled_from(ENOUGH[table])))
    more = [column for column in ALIASES[table] if column not in wanted]
    wanted += draw(st.lists(st.sampled_from(more), unique=True, max_size=3)) if more else []
    named = [(draw(st.sampled_from(ALIASES[table][column][:4])), column) for column in wanted]
    if junk:
        named += [(name, "") for name in draw(st.lists(JUNK_HEADERS, max_size=3))]
        named = draw(st.permutations(named))
    return named


@st.composite
def rows_of(draw: st.DrawFn, columns: list[str], *, most: int = 8, ragged: bool = True) -> list[list[str]]:
    """Rows below a header: sound or not, and all of its width or not."""
    sound = draw(st.booleans())
    one = st.tuples(*[(PLAIN.get(column, IDS) if sound else cells_of(column)) for column in columns]).map(
        list
    )
    rows: list[list[str]] = draw(st.lists(one, max_size=most))
    if ragged and not sound and rows and draw(st.booleans()):
        rows.insert(draw(st.integers(0, len(rows))), draw(st.lists(CELLS, max_size=len(columns) + 3)))
    return rows


@st.composite
def sheet_rows(draw: st.DrawFn) -> list[list[str]]:
    """A whole sheet: perhaps title rows, a header, rows."""
    titles = draw(st.lists(st.lists(CELLS, max_size=2), max_size=2))
    header = draw(header_of())
    return [*titles, [name for name, _ in header], *draw(rows_of([column for _, column in header]))]
