"""`tcw explain` and `tcw rules`: what each rule means, and the limits in force. Neither reads an export."""

import shutil
from typing import Annotated

import typer

from tcw.cli.options import every_command
from tcw.cli.shell.faults import language, speak


def explain(
    code: Annotated[
        str,
        typer.Argument(
            metavar="CODE", help="A rule's code or name: WT01, short-daily-rest.", show_default=False
        ),
    ],
    config: every_command.Config = None,
    lang: every_command.Lang = None,
    debug: every_command.Debug = False,
) -> None:
    """Explain a rule: meaning, source, limits in force, how to change them, a flagged and a clean example.

    \b
    Examples:
      tcw explain WT01
      tcw explain short-weekly-rest --config export/tcw.yaml --lang sv
    """
    del debug
    from tcw.commands.explain import explanation

    speak(lang.value if lang else None)
    typer.echo(explanation(code, config, language(), shutil.get_terminal_size().columns), nl=False)


def rules(lang: every_command.Lang = None, debug: every_command.Debug = False) -> None:
    """List all rules: code, name, severity, source.

    \b
    Examples:
      tcw rules
      tcw rules --lang sv
    """
    del debug
    from tcw.commands.explain import rule_list

    speak(lang.value if lang else None)
    typer.echo(rule_list(language()), nl=False)
