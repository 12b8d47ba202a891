"""What booking assistants are called: the shipped ones in the reader's language, those of tcw.yaml as it
calls them, codes for programs.
"""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tcw.cli.app import app
from tests.matching.cases import write

BLOCKS = {
    "staff": "Anst.nr;Anställningstyp\n1;Timlön\n",
    "availability": "Anst.nr;Start;Slut;Typ\n1;2026-05-05 06:00;2026-05-05 23:00;Egen\n",
    "orders": "Beställning;Arbetsplats;Start;Slut\nV1;A;2026-05-05 07:00;2026-05-05 10:00\n",
}
OWN = {"yaml": "assistants: {hourly: {employment_type: hourly}}\n"}


@pytest.mark.parametrize(
    ("lang", "blocks", "name"),
    [("sv", BLOCKS, "timavlönade"), ("en", BLOCKS, "hourly"), ("sv", BLOCKS | OWN, "hourly")],
)
def test_assistants_are_called_in_the_readers_language(
    lang: str, blocks: dict[str, str], name: str, tmp_path: Path
) -> None:
    source, plan = tmp_path / "source", tmp_path / "plan"
    source.mkdir()
    write(blocks, source)
    words = ["match", str(source), "--as-of", "2026-05-04", "--lang", lang]
    done = CliRunner().invoke(app, [*words, "--out", str(plan)])
    assert done.exit_code == 0, done.output
    assert (plan / "requests.csv").read_text("utf-8-sig").splitlines()[1].replace(",", ";").split(";")[
        -1
    ] == name
    told = CliRunner().invoke(app, [*words, "--explain", "V1:1"])
    assert told.exit_code == 0, told.output
    assert name in [line.strip() for line in told.output.splitlines()]
    facts = json.loads((plan / "plan.json").read_text("utf-8"))
    assert [one["assistant"] for one in facts["assignments"]] == ["hourly"]
