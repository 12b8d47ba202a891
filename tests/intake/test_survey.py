"""What the first pass over a text tells of it."""

from unittest.mock import patch

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tcw.intake.discover import encoding as module
from tcw.intake.discover.encoding import survey

PARTS = st.sampled_from(
    [
        ";",
        "\n",
        "\r\n",
        " ",
        "\t",
        "\u00a0",
        "\u2003",
        "\u3000",
        "\u1680",
        "\x0c",
        "å",
        "Å",
        "À",
        "a",
        "☑",
        "ア",
        "b",
    ]
)
TEXTS = st.lists(PARTS, max_size=25).map("".join)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TEXTS, st.integers(1, 9))
def test_a_neat_text_needs_no_stripping(text: str, piece: int) -> None:
    with patch.object(module, "PIECE", piece), patch.object(module, "LONGEST_LINE", 1000):
        found = survey(text.encode(), "x.csv", ";")
    lines = text.replace("\r\n", "\n").split("\n")
    cells = [cell for line in lines for cell in line.split(";")]
    untidy = any(cell != cell.strip() for cell in cells) or any(
        not line or line.startswith(";") for line in lines[:-1]
    )
    assert not (found.neat and untidy)
    assert (found.newlines, found.pairs) == (text.count("\n"), text.count("\r\n"))
    assert found.utf8
    assert found.ascii == text.isascii()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(["a", "å", "Å", "bé", "ö", "7"]), min_size=1, max_size=30), st.integers(1, 9))
def test_letters_make_no_text_untidy(cells: list[str], piece: int) -> None:
    with patch.object(module, "PIECE", piece), patch.object(module, "LONGEST_LINE", 1000):
        assert survey(";".join(cells).encode() + b"\n", "x.csv", ";").neat
