"""Write the documents that are made from the code, or check (--check) that they say what the code does.

docs/reference/commands.md   every command's --help
docs/reference/tables.md     every table's columns, and how many headers are known for each
docs/reference/figures.md    the eight key figures
docs/reference/reasons.md    why rows are rejected, and what else is found in the data
docs/reference/config.md     every setting of tcw.yaml
docs/reference/scenarios.md  every measure of a scenarios file
docs/reference/outputs.md         the columns of every file for programs
docs/reference/errors.md     every message of the error gallery
docs/reference/rules/README.md    every rule in a table, and the shipped agreements
docs/reference/rules/CODE.md      a page for each rule
src/tcw/rules/pages.json   the same, for tcw explain
README.md                         what its three commands print
"""

import difflib
import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Callable, Mapping, Sequence
from importlib import metadata, resources
from pathlib import Path
from typing import Any, get_args

import polars as pl
import typer.main
from make_errors import page as errors
from make_rules import found, rule_page, rules
from make_rules import pages as rule_pages
from markdown_table import table
from outputs_doc import outputs
from scenarios_doc import scenarios
from settings_doc import settings

from tcw.intake.rejects import NOT_DATA, REASONS
from tcw.kpis.catalogue import BOOKING_VS_EMPLOYMENT_RELATIVE, FIGURES, Figure
from tcw.model.tables import REQUIRED, TABLES, Kind
from tcw.rules.catalogue import RULES

ROOT = Path(__file__).resolve().parent.parent
MADE = "<!-- Made by tools/make_docs.py; change the code, then run: python3 dev.py docs -->\n\n"
EXAMPLES_SHOWN = 4
README_ROWS = 8
"""How many lines README.md shows of what a command prints."""

KINDS: Mapping[Kind, str] = {
    "id": "text that names something; leading zeros stay",
    "text": "any text",
    "moment": "date and clock time (`2026-03-02 07:30`), or a clock time beside a date column (`7.30`, "
    "`0730`, `24:00`)",
    "date": "`2026-03-02`, `20260302`, `26-03-02`, `2/3 2026`, `02.03.2026`, an Excel date or serial number",
    "hours": "a duration: `7,5`, `7:30`, `129:25`",
    "minutes": "a duration in minutes: `30`, or `0:30`",
    "seconds": "a duration in seconds",
    "share": "`75`, `75 %` or `0,75`, decided for the whole column",
    "number": "decimal comma or point",
    "integer": "a whole number",
    "yes_no": "`Ja`/`Nej`, `J`/`N`, `yes`/`no`, `1`/`0`, `x`; an empty cell is unknown",
    "list": "several ids in one cell, separated by commas, semicolons, bars or line breaks",
    "word": "one of a few words, in the spellings of headers.toml or of `words:` in tcw.yaml",
}
HOURS = {
    "normal_h": ("normal week", "normal arbetsvecka", "`normal_week_hours`, less the week's red days"),
    "bookable_h": ("bookable time", "bokningsbar tid", "normal week × employment rate"),
    "billable_h": ("billable time", "debiterbar tid", "hours on activities that are *Debiterbar*"),
    "booked_h": ("booked time", "bokad tid", "billable and non-billable time; absence is not part of it"),
    "absence_h": ("absence", "frånvaro", "hours on absence activities that are not *Ej underlag*"),
}
APPLIES = {"all": "all", "monthly": "monthly paid (*Månadslön*)", "hourly": "hourly paid (*Timlön*)"}


def environment() -> dict[str, str]:
    """Return surroundings in which tcw prints the same everywhere."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "HOME") if name in os.environ}
    return {**kept, "NO_COLOR": "1", "COLUMNS": "80", "TERM": "dumb", "TCW_LANG": "en", "PYTHONUTF8": "1"}


def printed(*words: str, codes: Sequence[int] = (0,)) -> str:
    """Return what a tcw command prints, in English on 80 columns, without trailing blanks.

    Raises CalledProcessError.
    """
    done = subprocess.run(
        [sys.executable, "-m", "tcw", *words],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode not in codes:
        raise subprocess.CalledProcessError(done.returncode, done.args, done.stdout, done.stderr)
    return "\n".join(line.rstrip() for line in done.stdout.rstrip().splitlines()) + "\n"


def command_names(group: Any, before: tuple[str, ...] = ()) -> list[tuple[str, ...]]:  # noqa: ANN401
    """Return the words of every command, groups before their commands."""
    names = [before]
    for name, command in getattr(group, "commands", {}).items():
        names += command_names(command, (*before, name))
    return names


def typer_version() -> str:
    """Return the version of the library that lays out --help."""
    return metadata.version("typer")


def commands() -> str:
    """Return docs/reference/commands.md."""
    from tcw.cli.app import app

    parts = [f"# Commands\n\nWhat `--help` prints (laid out by typer {typer_version()}).\n"]
    parts += [
        f"\n## {' '.join(('tcw', *words))}\n\n```text\n{printed(*words, '--help')}```\n"
        for words in command_names(typer.main.get_command(app))
    ]
    return "".join(parts)


def tables() -> str:
    """Return docs/reference/tables.md."""
    toml = tomllib.loads(resources.files("tcw.intake.headers").joinpath("headers.toml").read_text("utf-8"))
    known = toml["columns"]
    number = sum(len(headers) for columns in known.values() for headers in columns.values())
    introduction = (
        "# Tables\n\nWhat tcw reads. A file or sheet is recognised as one of these tables by its headers, "
        f"in Swedish or English; {number} headers are known. A header that tcw does not know is named "
        f"under `headers:` in tcw.yaml. {', '.join(f'`{name}`' for name in REQUIRED)} are needed to "
        "compute anything; the others are used where they are.\n\nThe name of a column below is always a "
        "header, too. Parquet files with these names are read without guessing.\n\n"
    )
    parts = [
        introduction,
        table(["kind", "how it may be written"], [[kind, KINDS[kind]] for kind in get_args(Kind)]),
    ]
    for name, schema in TABLES.items():
        rows = []
        for column, definition in schema.columns.items():
            headers = [header.lstrip("~") for header in known.get(name, {}).get(column, [])]
            shown = ", ".join(headers[:EXAMPLES_SHOWN])
            more = f" and {len(headers) - EXAMPLES_SHOWN} more" if len(headers) > EXAMPLES_SHOWN else ""
            required = "yes" if definition.required else ""
            rows.append(
                [f"`{column}`", definition.swedish, definition.kind, required, definition.doc, shown + more]
            )
        parts += [
            f"\n## {name}\n\n{schema.doc}\n\n",
            table(["column", "Swedish", "kind", "required", "meaning", "headers known"], rows),
        ]
    return "".join(parts)


def in_words(hours: pl.Expr) -> str:
    """Return a part or whole of a figure in words: a kind of hours, or one less another."""
    names = hours.meta.root_names()
    one_more = pl.DataFrame({name: [float(place)] for place, name in enumerate(reversed(names), 1)})
    value = one_more.select(hours.alias("value"))["value"].item()
    if len(names) == 1 and value == 1.0:
        return HOURS[names[0]][0]
    if len(names) == 2 and value == 1.0:  # noqa: PLR2004 - one less another
        return f"({HOURS[names[0]][0]} − {HOURS[names[1]][0]})"
    message = f"tools/make_docs.py has no words for {hours}"
    raise ValueError(message)


def figures() -> str:
    """Return docs/reference/figures.md."""

    def row(figure: Figure) -> list[str]:
        formula = f"{in_words(figure.part)} / {in_words(figure.whole)}"
        label = figure.label
        source = figure.source.removeprefix("Anställdrapport ")
        return [
            f"`{figure.code}`",
            label.english,
            label.template("sv"),
            formula,
            APPLIES[figure.applies],
            source,
        ]

    relative = row(BOOKING_VS_EMPLOYMENT_RELATIVE)
    return (
        "# Key figures\n\nThe eight figures (*nyckeltal*) of the Anställdrapport. The source is the "
        "section of its manual. Each figure is a part and a whole, both summed over what a row is about (a "
        "week, an employee, a unit …) and divided last; `averages: mean_of_ratios` gives the mean of the "
        "employee-weeks' figures instead. Where the whole is zero or negative there is no figure: “–” in "
        "reports, `null` in JSON. An employee whose employment type is not known has all figures.\n\n"
        + table(
            ["code", "English", "Swedish", "formula", "for", "source"], [row(figure) for figure in FIGURES]
        )
        + f"\nWith `difference: relative`, `{relative[0].strip('`')}` is {relative[3]} instead: "
        f"{relative[1]}.\n"
        + "\n## Hours\n\n"
        + table(
            ["column", "English", "Swedish", "definition"],
            [[f"`{column}`", *words] for column, words in HOURS.items()],
        )
        + "\nHours that are *Ej underlag* are in no figure. With `absence_in_booked_time: true`, absence "
        "is part of booked time. Why the figures are formed as they are: [decision "
        "3](../developers/adr/0003-key-figures.md).\n"
    )


def reasons() -> str:
    """Return docs/reference/reasons.md."""
    rejected = [
        [
            reason.code,
            reason.english,
            reason.template("sv"),
            "no: it was never data" if reason.code in NOT_DATA else "yes",
        ]
        for reason in REASONS
    ]
    rows = [[phrase.code, phrase.english, phrase.template("sv")] for phrase in found()]
    return (
        "# Reason codes\n\n## Why a row is rejected\n\nThe codes stand in the file that `--rejects` "
        "writes, one line for every fault of a row. A code never changes its meaning.\n\n"
        + table(["code", "English", "Swedish", "counts towards `max_rejects`"], rejected)
        + "\n## What else is found in the data\n\nThe rows are accepted; the message says what they cost "
        "the figures.\n\n" + table(["code", "English", "Swedish"], rows)
    )


def readme() -> str:
    """Return README.md with what its commands print taken anew.

    As many lines as it shows, from the same line on.
    """
    text = (ROOT / "README.md").read_text("utf-8")
    return re.sub(r"(?<=^```text\n)\$ tcw .*?(?=^```$)", _excerpt, text, flags=re.MULTILINE | re.DOTALL)


def _excerpt(block: re.Match[str]) -> str:
    """Return a command and README_ROWS lines of what it prints; a line … stands for what is left out."""
    command, *shown = block[0].splitlines()
    lines = printed(*shlex.split(command.removeprefix("$ tcw ")), codes=(0, 1)).splitlines()
    start = next((line for line in shown if line != "…"), "")
    first = lines.index(start) if start in lines else 0
    picture = lines[first : first + README_ROWS]
    before = ["…"] if first else []
    after = ["…"] if first + README_ROWS < len(lines) else []
    return "\n".join([command, *before, *picture, *after, ""])


DOCUMENTS: Mapping[str, Callable[[], str]] = {
    "docs/reference/commands.md": lambda: MADE + commands(),
    "docs/reference/tables.md": lambda: MADE + tables(),
    "docs/reference/figures.md": lambda: MADE + figures(),
    "docs/reference/reasons.md": lambda: MADE + reasons(),
    "docs/reference/config.md": lambda: MADE + settings(),
    "docs/reference/scenarios.md": lambda: MADE + scenarios(),
    "docs/reference/outputs.md": lambda: MADE + outputs(),
    "docs/reference/errors.md": lambda: MADE + errors(),
    "docs/reference/rules/README.md": lambda: MADE + rules(),
    **{
        f"docs/reference/rules/{rule.code}.md": (
            lambda code=rule.code: MADE + rule_page(code)  # type: ignore[misc]
        )
        for rule in RULES
    },
    "src/tcw/rules/pages.json": rule_pages,
    "README.md": readme,
}


def drift(name: str) -> str:
    """Return how a document differs from what it should be; empty when it does not."""
    path = ROOT / name
    old = path.read_text("utf-8") if path.exists() else ""
    difference = difflib.unified_diff(
        old.splitlines(), DOCUMENTS[name]().splitlines(), name, "as the code has it", lineterm="", n=1
    )
    return "\n".join(difference)


def main(words: Sequence[str]) -> int:
    """Write the documents, or check them; return 1 when one has drifted."""
    if "--check" not in words:
        for name, make in DOCUMENTS.items():
            (ROOT / name).write_text(make(), encoding="utf-8", newline="\n")
        return 0
    drifted = {name: difference for name in DOCUMENTS if (difference := drift(name))}
    for name, difference in drifted.items():
        print(f"{name} does not say what the code does; run: python3 dev.py docs\n{difference}\n")
    return 1 if drifted else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
