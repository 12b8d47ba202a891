"""`tcw inspect`: what was recognised in a source, what was guessed, and why."""

import sys
from enum import StrEnum
from typing import Annotated

import typer

from tcw.cli.options import common, outputs
from tcw.cli.shell.faults import language
from tcw.errors import ExitCode


class InspectFormat(StrEnum):
    """What is written to standard output."""

    table = "table"
    json = "json"


def inspect(
    source: common.Source,
    write: Annotated[
        bool, typer.Option("--write", help="Write the mapping into tcw.yaml of SOURCE, to be mended by hand.")
    ] = False,
    format: Annotated[
        InspectFormat, typer.Option(help="What is written to standard output.")
    ] = InspectFormat.table,
    rejects: outputs.Rejects = None,
    config: common.Config = None,
    lang: common.Lang = None,
    quiet: common.Quiet = False,
    debug: common.Debug = False,
) -> None:
    """Show how each file is read: which table it is, which column is what, how dates and numbers are written, what is rejected.

    Nothing is computed. Exit code 1 when rows are rejected or a needed table is missing, 3 when a file cannot be read.

    \b
    Examples:
      tcw inspect export
      tcw inspect export --write        (then mend export/tcw.yaml)
      tcw inspect export --rejects rejects.csv
    """
    del debug
    from tcw.cli import loading
    from tcw.cli.inspect_outputs import show, write_mapping

    settings = loading.settings(source, config, lang)
    loaded = loading.read(source, settings, quiet=quiet, strict=False)
    loading.write_rejects(rejects, loaded.schedule.intake)
    clean = show(loaded, format.value, sys.stdout, language())
    if write:
        write_mapping(loaded, source, language())
    if not clean:
        raise typer.Exit(ExitCode.FINDINGS)
