"""What any command writes is its owner's alone, whatever the umask; and what it tells meanwhile names
nobody."""

import contextlib
import io
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from tcw.cli.app import app
from tcw.cli.shell import usage
from tcw.cli.shell.faults import report
from tests.batch.runs import DAY, STAFF, check_private, export

pytestmark = pytest.mark.skipif(os.name != "posix", reason="modes of POSIX")
COMMANDS = {
    "kpi": "kpi {source} --out {to}/k.xlsx --html {to}/k.html --rejects {to}/r.csv",
    "followup": "followup {source} --by person --out {to}/f.xlsx --rejects {to}/r.csv",
    "check": f"check {{source}} --as-of {DAY} --out {{to}}/c.xlsx --out {{to}}/c.html --out {{to}}/c.csv "
    "--out {to}/c.parquet --out {to}/c.json",
    "match": f"match {{source}} --as-of {DAY} --out {{to}}/plan --out {{to}}/plan.xlsx",
    "inspect": "inspect {source} --rejects {to}/r.csv",
    "snapshot": "checklist snapshot {source} --out {to}/before.tcwsnap",
    "checklist": "checklist {source} {source} --out {to}/audit.xlsx",
}
# A row that is rejected, and a person twice at once: something to tell of somebody.
BAD_STAFF = STAFF + "004;Anna Ek;hundra;Månadslön;Norr;19850101-2380\n"
TWICE = """Bokning;Anställningsnummer;Aktivitet;Enhet;Start;Slut
B1;001;DAG;Norr;2026-03-02 07:00;2026-03-02 15:00
B2;001;DAG;Norr;2026-03-02 08:00;2026-03-02 16:00
B3;009;DAG;Norr;2026-03-02 08:00;2026-03-02 16:00
"""


@pytest.fixture
def no_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("no_umask")
@pytest.mark.parametrize("name", COMMANDS)
def test_outputs_are_the_owners_alone(name: str, tmp_path: Path) -> None:
    source = export(tmp_path / "export", personal=BAD_STAFF, bokningar=TWICE)
    (source / "tcw.yaml").write_text("max_rejects: 50 %\nmatching: {across_areas: true}\n", "utf-8")
    to = tmp_path / "to"
    to.mkdir(mode=0o700)
    words = COMMANDS[name].format(source=source, to=to).split()
    stdout, stderr = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.StringIO()
    with contextlib.redirect_stdout(stdout), contextlib.redirect_stderr(stderr):
        code = report(
            lambda: usage.run(lambda: app(words, prog_name="tcw", standalone_mode=False)), debug=False
        )
    assert code in {0, 1, 4}, stderr.getvalue()
    check_private(stderr.getvalue())
    written = list(to.rglob("*"))
    assert written
    modes = {(path.is_dir(), oct(stat.S_IMODE(path.stat().st_mode))) for path in written}
    assert modes <= {(True, "0o700"), (False, "0o600")}, modes
