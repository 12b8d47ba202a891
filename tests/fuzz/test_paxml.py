"""PAXml with absurd values, missing and doubled elements, cut off or in another encoding than it says."""

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from tests.fuzz import damage
from tests.fuzz.harness import checked, fuzzed
from tests.fuzz.ingredients import CELLS

pytestmark = pytest.mark.slow

SOUND = b"""<?xml version="1.0" encoding="UTF-8"?>
<paxml xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><header><version>2.0</version></header>
<personal><person anstid="001" persnr="19820901-0001"><fornamn>M</fornamn><efternamn>G</efternamn><lonform>TIM</lonform>
<sysgrad datum="2022-01-01">75</sysgrad><anstdatum>2020-01-08</anstdatum></person></personal>
<schematransaktioner><schema anstid="001"><dag datum="2022-10-03" timmar="8.0"/><dag datum="2022-10-04" timmar="6.0"
 starttid="2022-10-04T08:00:00" sluttid="2022-10-04T14:00:00"/></schema></schematransaktioner>
<tidtransaktioner><tidtrans anstid="001" postid="7"><tidkod>TID</tidkod><datum>2022-10-03</datum><timmar>4.25</timmar>
<resenheter><resenhet dim="6" id="P9"/></resenheter></tidtrans>
<tidtrans persnr="198209010001"><tidkod>SJK</tidkod><datumfrom>2022-10-03</datumfrom><datumtom>2022-10-07</datumtom><omfattning>50</omfattning></tidtrans>
<tidtrans anstid="002"><tidkod>X</tidkod><starttid>2022-10-03T07:00:00</starttid><sluttid>2022-10-03T16:00:00</sluttid></tidtrans></tidtransaktioner>
<lonetransaktioner><lonetrans anstid="001"><lonart>091</lonart><antal>45.0</antal></lonetrans></lonetransaktioner>
</paxml>
"""
HOSTILE = [
    b'<!DOCTYPE paxml [<!ENTITY lol "lol">]><paxml>&lol;</paxml>', b'<?xml version="1.0" encoding="utf-16"?><paxml/>',
    b'<?xml version="1.0" encoding="x"?><paxml><personal/></paxml>', b"<paxml>" * 3000, b"<paxml/>", b"<PAXML><PERSONAL/></PAXML>",
]  # fmt: skip
DATES = [
    "0000-00-00",
    "0001-01-01",
    "9999-12-31",
    "2022-02-30",
    "99999-01-01",
    "-2022-10-03",
    "2022-10-03T25:00:00",
    "1582-10-10",
]


def load(content: bytes) -> None:
    read = checked({"tid.xml": content})
    event("refused" if read is None else "read")


def test_sound() -> None:
    read = checked({"tid.xml": SOUND})
    assert read is not None
    counts = {file.table: (file.accepted, file.rejected) for file in read.loaded.schedule.intake.files}
    assert counts == {"bookings": (2, 1), "staff": (1, 0)}


@given(damage.of_xml(SOUND))
@fuzzed(40)
def test_absurd_values(content: bytes) -> None:
    load(content)


@given(damage.of_bytes(SOUND))
@fuzzed(40)
def test_damaged(content: bytes) -> None:
    load(content)


@given(
    st.sampled_from([*HOSTILE, SOUND]).flatmap(damage.of_bytes),
    st.sampled_from(["utf-8", "utf-16", "latin-1"]),
)
@fuzzed(30)
def test_hostile(content: bytes, encoding: str) -> None:
    load(content.decode("latin-1").encode(encoding))


@given(
    st.lists(st.tuples(CELLS, st.one_of(st.sampled_from(DATES), CELLS), CELLS), min_size=1, max_size=4),
    st.booleans(),
)
@fuzzed(40)
def test_any_cells(cells: list[tuple[str, str, str]], ranged: bool) -> None:
    rows = "".join(
        f"<tidtrans anstid='1'><tidkod>{escape(code)}</tidkod><datum>{escape(day)}</datum>"
        f"{f'<datumtom>{escape(day)}</datumtom>' if ranged else ''}<timmar>{escape(hours)}</timmar></tidtrans>"
        for code, day, hours in cells
    )
    load(f"<paxml><tidtransaktioner>{rows}</tidtransaktioner></paxml>".encode("utf-8", "replace"))


def escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
