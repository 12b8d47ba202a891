"""`tcw checklist`: settings and schedule before and after a change, and a list to sign; `tcw checklist snapshot` freezes an export."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from typer.core import TyperGroup

from tcw.cli.options import common, days, outputs
from tcw.commands.output import Format


class _Group(TyperGroup):
    """A group whose first word may be left out: `tcw checklist BEFORE AFTER` is `tcw checklist compare BEFORE AFTER`."""

    def parse_args(self, ctx: "typer.Context", args: list[str]) -> list[str]:  # type: ignore[override]
        """Put the word in where the first one is no command."""
        asks_help = {"-h", "--help"} & set(args[:1])
        if args and not asks_help and args[0] not in self.commands:
            args = ["compare", *args]
        return super().parse_args(ctx, args)


checklist_app = typer.Typer(
    cls=_Group,
    help="""What a change did to a system, from an export before it and one after it; and a checklist to sign.

tcw checklist BEFORE AFTER is short for tcw checklist compare BEFORE AFTER.
""",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@checklist_app.command(short_help="Compare two exports and answer the checklist.")
def compare(
    before: Annotated[
        Path,
        typer.Argument(
            metavar="BEFORE", help="Folder, workbook or snapshot from before.", show_default=False
        ),
    ],
    after: Annotated[
        Path,
        typer.Argument(metavar="AFTER", help="Folder, workbook or snapshot from after.", show_default=False),
    ],
    items: Annotated[
        Path | None,
        typer.Option(
            "--list",
            metavar="FILE",
            help="Own items (items.yaml), beside the shipped ones.",
            show_default=False,
        ),
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of",
            metavar="DAY",
            help="The day of the check, as 2026-07-01; default: today.",
            show_default=False,
        ),
    ] = None,
    format: Annotated[Format, typer.Option(help="What is written to standard output.")] = Format.table,
    csv: outputs.Csv = None,
    out: Annotated[
        list[Path] | None,
        typer.Option(
            "--out",
            "-o",
            metavar="FILE",
            help="Write .xlsx (workbook to sign; what was written in it stays), or all changes as .json, .csv or .parquet; may be "
            "repeated.",
            show_default=False,
        ),
    ] = None,
    pseudonymise: common.Pseudonymise = False,
    show_personal_numbers: common.ShowNumbers = False,
    config: common.Config = None,
    lang: common.Lang = None,
    quiet: common.Quiet = False,
    debug: common.Debug = False,
) -> None:
    """Compare two exports of a system cell by cell, and answer the checklist.

    Exit code 1 while an item fails. Settings are those of AFTER's tcw.yaml; a side without one goes by the other's.

    \b
    Examples:
      tcw checklist before.tcwsnap after --out audit.xlsx
      tcw checklist before after --as-of 2026-07-01 --list items.yaml --format json
    """
    from datetime import date

    from tcw.cli import checklist_outputs

    del debug
    wish = checklist_outputs.Wish(
        before,
        after,
        items,
        days.first_day(as_of, "--as-of") or date.today(),  # noqa: DTZ011 - the user's own day
        pseudonymise=pseudonymise,
        show_numbers=show_personal_numbers,
        config=config,
        lang=lang,
    )
    output = checklist_outputs.Output(format, csv, tuple(out or ()), quiet=quiet)
    code = checklist_outputs.compare(wish, output, sys.stdout)
    if code:
        raise typer.Exit(code)


@checklist_app.command(short_help="Freeze an export in one file.")
def snapshot(
    source: common.Source,
    out: Annotated[
        Path,
        typer.Option(
            "--out", "-o", metavar="FILE", help="The snapshot to write (.tcwsnap).", show_default=False
        ),
    ],
    retain_until: Annotated[
        str | None,
        typer.Option(
            "--retain-until",
            metavar="DAY",
            help="Day until which it may be kept (gallringsdatum).",
            show_default=False,
        ),
    ] = None,
    pseudonymise: common.Pseudonymise = False,
    show_personal_numbers: common.ShowNumbers = False,
    config: common.Config = None,
    lang: common.Lang = None,
    quiet: common.Quiet = False,
    debug: common.Debug = False,
) -> None:
    """Freeze an export: every table, also those of settings, in one file that shows when it was taken and whether it was changed since.

    \b
    Examples:
      tcw checklist snapshot export --out before.tcwsnap --retain-until 2026-12-31
      tcw checklist snapshot export --out before.tcwsnap --pseudonymise
    """
    from tcw.cli import checklist_outputs

    del debug
    checklist_outputs.snapshot(
        source,
        out,
        days.first_day(retain_until, "--retain-until"),
        config,
        lang,
        pseudonymise=pseudonymise,
        show_numbers=show_personal_numbers,
        quiet=quiet,
    )
