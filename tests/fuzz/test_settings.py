"""tcw.yaml: any text is refused in clear lines, and any settings that are taken hold for any export."""

from collections.abc import Mapping
from typing import Any

import pytest
import yaml
from hypothesis import event, given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tcw.model.tables import TABLES
from tests.fuzz.harness import checked, fuzzed
from tests.fuzz.ingredients import CELLS, IDS, header_of, rows_of

pytestmark = pytest.mark.slow

BOOKINGS = "Anställningsnummer;Aktivitet;Start;Slut\n001;DAG;2026-03-02 07:00;2026-03-02 16:00\n".encode()
SHARES = st.sampled_from(["100 %", "7,5 %", "0.95", "1.5", "-1 %", "x", "0", "1"])
PATTERNS = st.sampled_from(["*.csv", "fil.csv", "*", "[", "fil.csv#Blad", "**#*", "annan.xlsx", "["])
COLUMNS = sorted({column for table in TABLES.values() for column in table.columns})
FILE = st.fixed_dictionaries(
    {},
    optional={
        "table": st.sampled_from(sorted(TABLES)),
        "encoding": st.sampled_from(
            ["utf-8", "cp1252", "utf-16", "utf-7", "ascii", "cp037", "idna", "punycode", "utf-8-sig", "utf_32", "hex", "unicode_escape", "raw_unicode_escape", "shift_jis", "hz"]
        ),
        "delimiter": st.sampled_from([";", ",", "tab", "|", " ", "å", "'", ".", "-", "\x1f"]),
        "header_row": st.integers(-1, 8),
        "date_order": st.sampled_from(["dmy", "mdy", "ymd"]),
        "decimal": st.sampled_from([",", "."]),
        "ignore": st.booleans(),
    },
)  # fmt: skip
CODE = st.one_of(
    st.just("ignore"),
    st.fixed_dictionaries(
        {},
        optional={
            "activity": IDS,
            "start": st.sampled_from(["07:00", "24:00", "21"]),
            "end": st.sampled_from(["16:00", "0730"]),
            "break_minutes": st.integers(-1, 2000),
        },
    ),
)
SETTINGS = st.fixed_dictionaries(
    {},
    optional={
        "language": st.sampled_from(["sv", "en"]),
        "timezone": st.sampled_from(["Europe/Stockholm", "UTC", "Asia/Kathmandu", "America/St_Johns", "Mars/Phobos"]),
        "normal_week_hours": st.sampled_from(["40", "38:15", "0", "168"]),
        "max_rejects": SHARES,
        "duplicate_bookings": st.sampled_from(["keep", "drop"]),
        "files": st.dictionaries(PATTERNS, FILE, max_size=2),
        "headers": st.dictionaries(
            st.sampled_from(sorted(TABLES)), st.dictionaries(st.sampled_from(COLUMNS), st.lists(CELLS, max_size=2), max_size=2), max_size=2
        ),
        "words": st.dictionaries(
            st.sampled_from(["status", "billing", "employment_type", "kind"]),
            st.dictionaries(st.sampled_from(["worked", "billable", "hourly", "cancelled"]), st.lists(CELLS, max_size=2), max_size=2),
            max_size=2,
        ),
        "grid": st.fixed_dictionaries({}, optional={"year": st.integers(1980, 2110), "codes": st.dictionaries(IDS, CODE, max_size=3)}),
        "activities": st.dictionaries(
            IDS,
            st.fixed_dictionaries({}, optional={"billing": st.sampled_from(["billable", "excluded"]), "name": CELLS, "counts_as_worked": st.booleans()}),
            max_size=2,
        ),
        "assume": st.fixed_dictionaries({}, optional={"employment_rate": SHARES, "billing": st.sampled_from(["billable", "excluded"])}),
    },
)  # fmt: skip


def dumped(settings: object) -> bytes:
    return yaml.safe_dump(settings, allow_unicode=True, sort_keys=False).encode("utf-8", "replace")


@given(SETTINGS, header_of(), st.sampled_from(["utf-8", "cp1252", "utf-16"]), st.data())
@fuzzed(60)
def test_settings(
    settings: Mapping[str, Any], header: list[tuple[str, str]], encoding: str, data: st.DataObject
) -> None:
    rows = data.draw(rows_of([column for _, column in header]))
    text = "".join(";".join(row) + "\n" for row in [[name for name, _ in header], *rows])
    # What settings add to tables (activities, assumed staff) was in no file.
    adds = "activities" in settings or "assume" in settings
    read = checked({"tcw.yaml": dumped(settings), "fil.csv": text.encode(encoding, "replace")}, added=adds)
    event("refused" if read is None else "taken")


PIECES = st.sampled_from(
    ["files", "headers", "grid", "codes", ":", ": ", "\n", "  ", "- ", "{", "}", "[", "]", ",", "&a", "*a", "<<", "!!python/object:os.system", "!!int",
     "|", ">", "'", '"', "#", "%", "---", "...", "? ", "~", "null", "\t", "\ufeff", "\x00", "\x85", "\u2028", "@", "`", "2026-03-02", "1e5", "07:00", "å"]
)  # fmt: skip
YAML: SearchStrategy[bytes] = st.one_of(
    st.lists(PIECES, max_size=40).map(lambda pieces: "".join(pieces).encode()),
    st.text(max_size=100).map(lambda text: text.encode("utf-8", "replace")),
    st.binary(max_size=100),
    st.recursive(st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), CELLS), lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.one_of(st.sampled_from(["files", "grid", "kpis", "words", "assume", "red_days"]), CELLS), inner, max_size=3)
    )).map(dumped),
)  # fmt: skip


@given(YAML)
@fuzzed(80)
def test_any_yaml(text: bytes) -> None:
    read = checked({"tcw.yaml": text, "bokningar.csv": BOOKINGS}, added=True)
    event("refused" if read is None else "taken")
