"""The length of text messages, against counting one character after the other."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcw.reports.handback.messages import BASIC, EXTENSION, sms_lengths


def counted(text: str) -> tuple[str, int, int]:
    if all(character in BASIC + EXTENSION for character in text):
        units = sum(2 if character in EXTENSION else 1 for character in text)
        alphabet, one, more = "gsm7", 160, 153
    else:
        units = len(text.encode("utf-16-le")) // 2
        alphabet, one, more = "ucs2", 70, 67
    parts = 0 if not units else 1 if units <= one else -(-units // more)
    return alphabet, units, parts


def measured(text: str) -> tuple[str, int, int]:
    told = pl.DataFrame({"text": [text]}).select(length=sms_lengths(pl.col("text"))).unnest("length").row(0)
    return told[0], told[1], told[2]


@pytest.mark.parametrize(
    ("text", "alphabet", "units", "parts"),
    [
        ("", "gsm7", 0, 0),
        ("åäöÅÄÖ é", "gsm7", 8, 1),
        ("x" * 160, "gsm7", 160, 1),
        ("x" * 161, "gsm7", 161, 2),
        ("x" * 306, "gsm7", 306, 2),
        ("x" * 307, "gsm7", 307, 3),
        ("€" * 80, "gsm7", 160, 1),
        ("€" * 81, "gsm7", 162, 2),
        ("07:00–16:00", "ucs2", 11, 1),
        ("–" * 70, "ucs2", 70, 1),
        ("–" * 71, "ucs2", 71, 2),
        ("–" * 135, "ucs2", 135, 3),
        ("😀", "ucs2", 2, 1),
        ("ç", "ucs2", 1, 1),  # only the capital letter is in the alphabet
    ],
)
def test_known_lengths(text: str, alphabet: str, units: int, parts: int) -> None:
    assert counted(text) == (alphabet, units, parts)
    assert measured(text) == (alphabet, units, parts)


@given(st.text(st.sampled_from(BASIC + EXTENSION + "–ç😀\u0000"), max_size=400))
def test_any_length(text: str) -> None:
    assert measured(text) == counted(text)
