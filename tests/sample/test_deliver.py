"""A sample's files: canonical Parquet, Swedish CSV, a workbook; whole or not at all."""

import tomllib
from datetime import date, datetime
from pathlib import Path

import fastexcel
import polars as pl
import pytest

from tcw.errors import UsageFault
from tcw.sample import files
from tcw.sample.files import write_sample
from tcw.sample.generate import Tables
from tcw.sample.plan import SamplePlan
from tcw.sample.words import FILE_NAMES, HEADERS, WORDS
from tests.sample.test_generate import MADE, gathered

PLAN = SamplePlan(staff=45, weeks=4, seed=2, start=date(2026, 3, 23))
ALIASES = Path(__file__).parents[2] / "src/tcw/intake/headers/headers.toml"


@pytest.fixture(scope="module")
def sample() -> Tables:
    return gathered(PLAN)


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_parquet_is_canonical(tmp_path: Path, sample: Tables) -> None:
    written = write_sample(PLAN, tmp_path / "sample", "parquet")
    assert set(contents(tmp_path / "sample")) == {f"{table}.parquet" for table in MADE}
    for table, frame in sample.items():
        read = pl.read_parquet(tmp_path / "sample" / f"{table}.parquet")
        assert read.equals(frame), table
        assert read.schema == frame.schema
        assert written.rows[table] == frame.height


def test_parquet_has_row_groups_however_the_weeks_fall(
    tmp_path: Path, sample: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pyarrow.parquet

    monkeypatch.setattr(files, "ROW_GROUP", 100)
    write_sample(PLAN, tmp_path / "sample", "parquet")
    meta = pyarrow.parquet.ParquetFile(tmp_path / "sample" / "bookings.parquet").metadata
    groups = [meta.row_group(group).num_rows for group in range(meta.num_row_groups)]
    assert set(groups[:-1]) == {100}
    assert sum(groups) == sample["bookings"].height
    assert pl.read_parquet(tmp_path / "sample" / "bookings.parquet").equals(sample["bookings"])


def test_csv_is_as_swedish_systems_write_it(tmp_path: Path, sample: Tables) -> None:
    write_sample(PLAN, tmp_path / "sample", "csv")
    assert set(contents(tmp_path / "sample")) == {f"{name}.csv" for name in FILE_NAMES.values()}
    bookings = (tmp_path / "sample" / "bokningar.csv").read_bytes()
    header, first, *rest = bookings.decode("cp1252").split("\r\n")
    assert header == (
        "Bokning;Anställningsnummer;Aktivitet;Datum;Starttid;Sluttid;Arbetsplats;Rast "
        "(min);Status;Beställning;Beställningsorsak;Skapad"
    )
    assert first.startswith("B000000001;000")
    assert ";2026-03-23;07:00;" in first
    assert len(rest) == sample["bookings"].height  # the last is what follows the last line break
    staff = (tmp_path / "sample" / "personal.csv").read_bytes().decode("cp1252")
    assert ";Månadslön;100;" in staff
    assert ";Timlön;;" in staff
    assert "å".encode("cp1252") in staff.encode("cp1252")
    red = (tmp_path / "sample" / "roda_dagar.csv").read_bytes().decode("cp1252").split("\r\n")
    assert red[:3] == [
        "Datum;Procent;Kommentar",
        "2026-04-02;50;Skärtorsdagen",
        "2026-04-03;100;Långfredagen",
    ]


def test_english_csv_has_canonical_names_and_words(tmp_path: Path, sample: Tables) -> None:
    write_sample(PLAN, tmp_path / "sample", "csv", "en")
    for table, frame in sample.items():
        header = (tmp_path / "sample" / f"{table}.csv").read_bytes().split(b"\r\n")[0].decode()
        extra = {"date"} if table == "bookings" else set()
        assert set(header.split(";")) == set(frame.columns) | extra
    assert b";monthly;" in (tmp_path / "sample" / "staff.csv").read_bytes()


def test_the_workbook_has_a_sheet_per_table_with_real_dates(tmp_path: Path, sample: Tables) -> None:
    write_sample(PLAN, tmp_path / "sample", "xlsx")
    book = fastexcel.read_excel(tmp_path / "sample" / "sample.xlsx")
    assert len(book.sheet_names) == len(MADE)
    bookings = book.load_sheet("Bokningar").to_polars()
    assert bookings.height == sample["bookings"].height
    assert bookings["Starttid"].to_list() == sample["bookings"]["start"].to_list()
    assert bookings["Anställningsnummer"].to_list() == sample["bookings"]["staff_id"].to_list()
    staff = book.load_sheet("Personal").to_polars()
    assert set(staff["Anställningsgrad"]) <= {100.0, 85.0, 80.0, 75.0, 50.0, None}
    assert isinstance(bookings["Starttid"][0], datetime)


def test_a_workbook_that_cannot_hold_the_bookings_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "LAST_EXCEL_ROW", 500)
    with pytest.raises(UsageFault) as fault:
        write_sample(PLAN, tmp_path / "sample", "xlsx")
    assert fault.value.code == "sample-too-long-for-excel"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet"])
def test_the_same_plan_gives_the_same_bytes(tmp_path: Path, kind: files.FileFormat) -> None:
    write_sample(PLAN, tmp_path / "one", kind)
    write_sample(PLAN, tmp_path / "two", kind)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_a_folder_with_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(UsageFault) as fault:
        write_sample(PLAN, tmp_path)
    assert fault.value.code == "sample-not-empty"
    assert list(contents(tmp_path)) == ["mine.txt"]


def test_force_replaces_an_earlier_sample_and_nothing_else(tmp_path: Path) -> None:
    write_sample(PLAN, tmp_path, "csv")
    (tmp_path / "mine.txt").write_text("mine")
    write_sample(PLAN, tmp_path, "parquet", force=True)
    assert set(contents(tmp_path)) == {"mine.txt"} | {f"{table}.parquet" for table in MADE}


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    write_sample(PLAN, tmp_path, "xlsx")
    assert list(contents(tmp_path)) == ["sample.xlsx"]


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageFault) as fault:
        write_sample(PLAN, tmp_path / "file", force=True)
    assert fault.value.code == "sample-not-a-folder"


def test_an_interrupted_sample_leaves_nothing_behind(tmp_path: Path) -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    write_sample(PLAN, tmp_path / "sample", "csv")
    before = contents(tmp_path / "sample")
    with pytest.raises(KeyboardInterrupt):
        write_sample(SamplePlan(staff=9, weeks=9), tmp_path / "sample", "parquet", force=True, on_week=stop)
    assert [path.name for path in tmp_path.iterdir()] == ["sample"]
    assert contents(tmp_path / "sample") == before


def test_the_intake_knows_our_headers_and_words() -> None:
    aliases = tomllib.loads(ALIASES.read_text("utf-8"))
    plain = str.casefold
    for table, headers in HEADERS.items():
        for column, header in headers.items():
            known = aliases["columns"][table][column]
            assert plain(header.removesuffix(" (min)")) in {
                plain(alias.removeprefix("~")) for alias in known
            }, (table, column)
    for translations in WORDS.values():
        for canonical, swedish in translations.items():
            groups = [group for group in aliases["words"].values() if canonical in group]
            assert any(plain(swedish) in map(plain, group[canonical]) for group in groups), swedish
