"""`tcw explain` and `tcw rules`: what each rule means, and the limits in force. Neither reads an export."""

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tcw.cli.options import common
from tcw.cli.shell.faults import language, speak

if TYPE_CHECKING:
    from tcw.model.config import Config


def explain(
    code: Annotated[
        str,
        typer.Argument(
            metavar="CODE", help="A rule's code or name: WT01, short-daily-rest.", show_default=False
        ),
    ],
    config: common.Config = None,
    lang: common.Lang = None,
    debug: common.Debug = False,
) -> None:
    """Explain a rule: meaning, source, limits in force, how to change them, a flagged and a clean example.

    \b
    Examples:
      tcw explain WT01
      tcw explain short-weekly-rest --config export/tcw.yaml --lang sv
    """
    del debug
    from tcw.reports.terminal.explain_text import explained
    from tcw.rules.engine.terms import agreements
    from tcw.rules.pages import page_named

    speak(lang.value if lang else None)
    page = page_named(code)
    known = agreements(_config(config))
    typer.echo(explained(page, known, language(), shutil.get_terminal_size().columns), nl=False)


def rules(lang: common.Lang = None, debug: common.Debug = False) -> None:
    """List all rules: code, name, severity, source.

    \b
    Examples:
      tcw rules
      tcw rules --lang sv
    """
    del debug
    from tcw.reports.terminal.explain_text import listed
    from tcw.rules.pages import pages

    speak(lang.value if lang else None)
    typer.echo(listed(pages(), language()), nl=False)


def _config(path: Path | None) -> "Config":
    from tcw.intake.settings.config_file import load_config
    from tcw.model.config import Config

    return Config() if path is None else load_config(path)
