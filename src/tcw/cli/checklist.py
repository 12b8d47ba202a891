"""`tcw checklist`: settings and schedule before and after a change, and a list to sign."""

import typer
from typer.core import TyperGroup

from tcw.cli.compare import compare
from tcw.cli.snapshot import snapshot


class _Group(TyperGroup):
    """A group whose first word may be left out: `tcw checklist BEFORE AFTER` compares."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]
        """Put the word in where the first one is no command."""
        asks_help = {"-h", "--help"} & set(args[:1])
        if args and not asks_help and args[0] not in self.commands:
            args = ["compare", *args]
        return super().parse_args(ctx, args)


HELP = """What a change did to a system, from an export before it and one after it; and a checklist to sign.

tcw checklist BEFORE AFTER is short for tcw checklist compare BEFORE AFTER.
"""
checklist_app = typer.Typer(cls=_Group, help=HELP, no_args_is_help=True, rich_markup_mode=None)


checklist_app.command(short_help="Compare two exports and answer the checklist.")(compare)
checklist_app.command(short_help="Freeze an export in one file.")(snapshot)
