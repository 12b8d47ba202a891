"""Compare byte by byte what two checkouts of tcw write: standard output and error, exit codes, every file.

    python tools/compare_outputs.py make OUT --src OLD/src     run all commands with the code in OLD/src
    python tools/compare_outputs.py make OUT2 --src NEW/src    the same with the new code
    python tools/compare_outputs.py diff OUT OUT2              list what differs; exit code 1 if there is any

`make` runs the commands of tcw on the shipped examples and on sampled sources (`--samples 100`), each sample
with another seed, size, format and language, every fourth of them damaged. `--more FOLDER` adds every folder
below FOLDER that holds files as a source. `--quick` takes the examples and four samples. Samples are always
made by the code in `--sampler` (default: the checkout of this script), so that both sides read the same
bytes; give the same for both.

Workbooks and zips are compared member by member. What differs between two runs of the same code is masked:
the working folder's path, process numbers, and times and durations in logs and manifests.
"""

import argparse
import contextlib
import hashlib
import io
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ("anstalldrapport", "kommun", "lediga-jobb", "mobila-jobb-akut", "mobila-jobb-resurs")
QUICK_SAMPLES = 4
AS_OF = "2026-04-13"
COMMANDS: dict[str, tuple[str, ...]] = {
    "inspect": ("inspect", "source", "--rejects", "out/rejects.csv"),
    "inspect-json": ("inspect", "source", "--format", "json"),
    "kpi": (
        "kpi",
        "source",
        "--out",
        "out/kpi.xlsx",
        "--html",
        "out/kpi.html",
        "--rejects",
        "out/rejects.csv",
    ),
    "kpi-json": ("kpi", "source", "--format", "json", "--grain", "unit"),
    "kpi-csv": ("kpi", "source", "--format", "csv", "--fail-on-warning"),
    "kpi-parquet": ("kpi", "source", "--format", "parquet", "--parts", "3"),
    "kpi-small": ("kpi", "source", "--grain", "unit", "--min-group", "5", "--format", "csv"),
    "kpi-coded": ("kpi", "source", "--pseudonymise", "--grain", "employee"),
    "followup": ("followup", "source", "--by", "workplace,reason", "--every", "month"),
    "followup-csv": ("followup", "source", "--by", "person,borrowed", "--every", "all", "--format", "csv"),
    "followup-out": (
        "followup",
        "source",
        "--by",
        "reason",
        "--min-group",
        "5",
        "--out",
        "out/followup.xlsx",
    ),
    "check": (
        *("check", "source", "--as-of", AS_OF, "--out", "out/check.xlsx", "--out", "out/check.html"),
        *("--out", "out/check.parquet", "--out", "out/check.csv", "--out", "out/check.json"),
    ),
    "check-parts": ("check", "source", "--as-of", AS_OF, "--parts", "3", "--format", "json"),
    "check-some": (
        "check",
        "source",
        "--as-of",
        AS_OF,
        "--select",
        "BK,WT01",
        "--pseudonymise",
        "--format",
        "csv",
    ),
    "check-baseline": (
        "check",
        "source",
        "--as-of",
        AS_OF,
        "--baseline",
        "out/check.parquet",
        "--format",
        "csv",
    ),
    "match": ("match", "source", "--as-of", AS_OF, "--out", "out/plan", "--out", "out/plan.xlsx"),
    "match-json": ("match", "source", "--as-of", AS_OF, "--format", "json", "--mode", "staggered"),
    "match-coded": ("match", "source", "--as-of", AS_OF, "--pseudonymise", "--out", "out/plan.parquet"),
    "whatif": (
        *("whatif", "source", str(ROOT / "examples/whatif/scenarios.yaml"), "--as-of", AS_OF),
        *("--out", "out/whatif.xlsx", "--out", "out/whatif.html"),
    ),
    "snapshot": ("checklist", "snapshot", "source", "--out", "out/a.tcwsnap", "--retain-until", "2026-12-31"),
    "checklist": ("checklist", "source", "source2", "--as-of", AS_OF, "--out", "out/audit.xlsx"),
    "checklist-json": ("checklist", "source", "source2", "--as-of", AS_OF, "--format", "json"),
    "run": ("run", "source", "--out", "out/night", "--as-of", AS_OF, "--settle", "0"),
}
FEW = ("inspect-json", "kpi", "kpi-csv", "followup-csv", "check", "check-parts", "match", "run")
"""What every sample is tried with; every tenth is tried with all."""
MORE = ("inspect", "inspect-json", "kpi", "followup", "check", "match-json", "run")
"""What sources of `--more` are tried with."""
MASKS = (
    (re.compile(rb"\b20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?(?=\W)"), b"<TIME>"),
    (re.compile(rb"^\d\d:\d\d:\d\d ", re.MULTILINE), b"<TIME> "),
    (
        re.compile(rb'("(?:seconds|pid|started|ended|fingerprint|host|sha256)": )("[^"]*"|[\d.]+)'),
        rb"\1<MASKED>",
    ),
    (re.compile(rb"\b\d+[.,]\d s\b"), b"<SECONDS>"),
    (re.compile(rb"\.tcw-[\w.-]*"), b"<HIDDEN>"),
    (re.compile(rb"<dcterms:(created|modified)[^>]*>[^<]*<"), rb"<dcterms:\1>TIME<"),
)
TODAY = re.compile(date.today().isoformat().encode() + rb" \d\d:\d\d\b")  # noqa: DTZ011 - what reports print
SNAPSHOT_CODE = re.compile(rb"(?<=: )[0-9a-f]{64}$", re.MULTILINE)
"""Of a whole snapshot, which holds the time when it was taken."""
PACKED = {".xlsx", ".xlsm", ".zip", ".tcwsnap", ".ods"}
MASKED_IN_FILES = {".json", ".log", ".xml"}


def main(words: Sequence[str]) -> int:
    """Do what the words say; return the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, prog="compare_outputs.py"
    )
    tasks = parser.add_subparsers(dest="task", required=True)
    make = tasks.add_parser("make", help="run the commands and keep what they write")
    make.add_argument("out", type=Path)
    make.add_argument("--src", type=Path, default=ROOT / "src")
    make.add_argument("--sampler", type=Path, default=ROOT / "src")
    make.add_argument("--samples", type=int, default=100)
    make.add_argument("--quick", action="store_true")
    make.add_argument("--more", type=Path, action="append", default=[])
    make.add_argument("--only", help="only cases whose name contains this")
    diff = tasks.add_parser("diff", help="list what differs")
    diff.add_argument("old", type=Path)
    diff.add_argument("new", type=Path)
    worker = tasks.add_parser("worker", help=argparse.SUPPRESS)
    worker.add_argument("out", type=Path)
    worker.add_argument("names", nargs="+")
    given = parser.parse_args(words)
    if given.task == "make":
        return make_all(given)
    if given.task == "diff":
        return compare(given.old, given.new)
    return work(given.out, given.names)


def make_all(given: argparse.Namespace) -> int:
    """Prepare the sources, then run each case in a process that imports the code of `--src`."""
    out: Path = given.out.resolve()
    if out.exists():
        shutil.rmtree(out)
    out.mkdir(parents=True)
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("TCW_")},
        "PYTHONPATH": str(given.src.resolve()),
        "TCW_PSEUDONYM_KEY": "a key of thirty-two characters!!",
        "COLUMNS": "120",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
    }
    with tempfile.TemporaryDirectory(prefix="tcw-compare-") as folder:
        cases = list(prepare(Path(folder), given, environment))
        if given.only:
            cases = [case for case in cases if given.only in case[0]]
        for number, (name, place, commands) in enumerate(cases, 1):
            words = [sys.executable, str(Path(__file__).resolve()), "worker", str(out / name), *commands]
            ended = subprocess.run(words, cwd=place, env=environment, check=False, timeout=1800)
            print(f"{number}/{len(cases)} {name}{'' if ended.returncode == 0 else ' FAILED'}", flush=True)
            shutil.rmtree(place)
    return 0


def prepare(
    folder: Path, given: argparse.Namespace, environment: dict[str, str]
) -> Iterator[tuple[str, Path, tuple[str, ...]]]:
    """Yield each case: its name, its working folder with the source in it, and the names of its commands."""
    everything = tuple(name for name in COMMANDS if not name.startswith("checklist"))
    for name in EXAMPLES:
        place = folder / name
        shutil.copytree(ROOT / "examples" / name, place / "source")
        yield name, place, FEW if given.quick else everything
    place = folder / "checklist"
    for target, side in (("source", "before"), ("source2", "after")):
        shutil.copytree(ROOT / "examples/checklist" / side, place / target)
    shutil.copy(ROOT / "examples/checklist/tcw.yaml", place / "source2" / "tcw.yaml")
    yield "checklist", place, ("snapshot", "checklist", "checklist-json")
    for number in range(QUICK_SAMPLES if given.quick else given.samples):
        place = folder / f"sample-{number:03}"
        place.mkdir(parents=True)
        form = ("csv", "xlsx", "parquet")[number % 3]
        words = [
            *(sys.executable, "-m", "tcw", "sample", "source", "--quiet", "--format", form),
            *(
                "--staff",
                str(8 + 5 * (number % 7)),
                "--weeks",
                str(2 + number % 4),
                "--seed",
                str(number + 1),
            ),
            *("--lang", ("sv", "en")[number // 3 % 2], "--start", "2026-03-23"),
        ]
        made_by = {**environment, "PYTHONPATH": str(given.sampler.resolve())}
        subprocess.run(words, cwd=place, env=made_by, check=True, capture_output=True)
        if number % 4 == 3:  # noqa: PLR2004 - every fourth
            damage(place / "source", random.Random(number))  # noqa: S311 - repeatable, no secret
        yield place.name, place, everything if number % 10 == 0 and not given.quick else FEW
    for root in given.more:
        for source in sorted(one for one in root.rglob("*") if one.is_dir()):
            if not any(one.is_file() for one in source.iterdir()):
                continue
            name = "more-" + "-".join(source.relative_to(root).parts)
            shutil.copytree(source, folder / name / "source", symlinks=True)
            yield name, folder / name, MORE


def damage(source: Path, chance: random.Random) -> None:
    """Damage the text files of a source as exports are damaged: rows cut, doubled, moved, and odd cells."""
    for path in sorted(source.glob("*.csv")):
        lines = path.read_bytes().split(b"\n")
        for _ in range(max(1, len(lines) // 250)):
            place = chance.randrange(1, max(2, len(lines) - 1))
            kind = chance.randrange(5)
            if kind == 0:
                lines[place] = lines[place][: len(lines[place]) // 2]
            elif kind == 1:
                lines.insert(place, lines[place])
            elif kind == 2:  # noqa: PLR2004 - five kinds of damage
                lines[place] = lines[place].replace(b":", b".", 1)
            elif kind == 3:  # noqa: PLR2004 - five kinds of damage
                lines[place] = re.sub(rb"\d{2}", b"99", lines[place], count=1)
            else:
                lines[place] += b";x"
        path.write_bytes(b"\n".join(lines))


def work(out: Path, names: Sequence[str]) -> int:
    """Run the commands named in this process, and keep what each wrote below `out`."""
    from tcw.cli.app import main as tcw

    here = Path.cwd()
    (here / "out").mkdir(exist_ok=True)
    for name in names:
        for lang in ("sv", "en") if name in {"kpi", "check", "inspect"} else ("sv",):
            ended = run(tcw, [*COMMANDS[name], "--lang", lang])
            keep(out / f"{name}.{lang}", here, ended)
    return 0


def run(tcw: object, words: list[str]) -> dict[str, bytes]:
    """Run one command; return its exit code, standard output and standard error."""
    assert callable(tcw)
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
    before, sys.argv = sys.argv, ["tcw", *words]
    code: object = None
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            tcw()
    except SystemExit as ended:
        code = ended.code
    finally:
        sys.argv = before
    texts = {}
    for name, stream in (("stdout", out), ("stderr", err)):
        assert isinstance(stream.buffer, io.BytesIO)
        texts[name] = stream.buffer.getvalue()
    return {"code": str(code).encode(), **texts}


def keep(place: Path, work_folder: Path, ended: dict[str, bytes]) -> None:
    """Move what a command wrote to its place, masked; the earlier findings stay for the baseline."""
    place.mkdir(parents=True)
    for name, content in ended.items():
        text = (
            content
            if content.startswith(b"PAR1")
            else masked(content, work_folder, all_masks=name == "stderr")
        )
        (place / name).write_bytes(text)
    out = work_folder / "out"
    for path in sorted(one for one in out.rglob("*") if one.is_file() and not one.is_symlink()):
        target = place / "files" / path.relative_to(out)
        target.parent.mkdir(parents=True, exist_ok=True)
        content = path.read_bytes()
        if path.suffix in PACKED and zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as package:
                for member in package.namelist():
                    if member == "manifest.sha256":
                        continue
                    inner = masked(package.read(member), work_folder, all_masks=True)
                    part = target.with_name(target.name + ".parts") / member.strip("/").replace("/", "_")
                    part.parent.mkdir(parents=True, exist_ok=True)
                    part.write_bytes(inner)
        elif content.startswith(b"PAR1"):
            target.write_bytes(content)
        else:
            target.write_bytes(masked(content, work_folder, all_masks=path.suffix in MASKED_IN_FILES))
    baseline = (out / "check.parquet").read_bytes() if (out / "check.parquet").exists() else None
    shutil.rmtree(out)
    out.mkdir()
    if baseline is not None:
        (out / "check.parquet").write_bytes(baseline)


def masked(content: bytes, folder: Path, *, all_masks: bool) -> bytes:
    """Return content without what differs between two runs of the same code."""
    text = content.replace(str(folder).encode(), b"<WORK>").replace(str(folder.parent).encode(), b"<WORK>")
    text = TODAY.sub(b"<NOW>", text)
    for pattern, mask in (*MASKS, (SNAPSHOT_CODE, b"<CODE>")) if all_masks else ():
        text = pattern.sub(mask, text)
    return text


def compare(old: Path, new: Path) -> int:
    """List the files that differ, are missing or are new; return 1 when there are any."""
    sides = [
        {
            str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in root.rglob("*")
            if path.is_file()
        }
        for root in (old, new)
    ]
    cases = [{name.split("/")[0] for name in side} for side in sides]
    both = cases[0] & cases[1]
    names = sorted(name for side in sides for name in side if name.split("/")[0] in both)
    names = list(dict.fromkeys(names))
    wrong = [name for name in names if sides[0].get(name) != sides[1].get(name)]
    for name in wrong:
        kind = "differs" if all(name in side for side in sides) else "gone" if name in sides[0] else "new"
        print(f"{kind}: {name}")
    only = sorted(cases[0] ^ cases[1])
    summary = {"cases compared": len(both), "files compared": len(names), "differ": len(wrong)}
    print(json.dumps(summary), f"only on one side, not compared: {len(only)}" if only else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
