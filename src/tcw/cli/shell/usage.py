"""What the command-line library finds wrong, as a fault of our own: one line, with a code."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from typing import Any

from tcw.errors import TcwError, UsageFault
from tcw.wording import Phrase

NO_OPTION = Phrase(
    "usage-no-option", "there is no option {option} of {command}; {command} --help lists them."
)
NEAR_OPTION = Phrase("usage-near-option", "there is no option {option} of {command}; did you mean {nearest}?")
NO_COMMAND = Phrase("usage-no-command", "there is no command {text}; those of {command} are {known}.")
NEAR_COMMAND = Phrase("usage-near-command", "there is no command {text}; did you mean {nearest}?")
MISSING = Phrase("usage-missing", "{name} is missing; write {usage}.")
TOO_MANY = Phrase(
    "usage-too-many",
    "{text} is one argument too many for {command}; write {usage}, and a path with blanks in quotation "
    "marks.",
)
NO_VALUE = Phrase("usage-no-value", "{option} needs a value; {command} --help says which.")
NEEDS_NO_VALUE = Phrase("usage-needs-no-value", "{option} takes no value; leave out what follows the =.")
NOT_A_CHOICE = Phrase("usage-not-a-choice", "{option}: {text} is none of {known}.")
NOT_WHOLE = Phrase("usage-not-whole", "{option}: {text} is no whole number.")
NOT_A_NUMBER = Phrase("usage-not-a-number", "{option}: {text} is no number.")
TOO_SMALL = Phrase("usage-too-small", "{option} must be at least {least}, not {text}.")
OTHER = Phrase("usage-other", "{command}: {what}")

QUOTED = re.compile(r"'([^']*)'")


def run(call: Callable[[], object]) -> object:
    """Run the command-line library; what it refuses is raised as a UsageFault."""
    try:
        return call()
    except TcwError:
        raise
    except Exception as error:
        fault = _fault(error)
        if fault is None:
            raise
        raise fault from error


def _fault(error: Any) -> UsageFault | None:  # noqa: ANN401, PLR0911 - the library's errors, one return for each
    """Return the fault, or None for what is no wrong usage.

    Classes are told by name: they moved between versions.
    """
    names = {kind.__name__ for kind in type(error).__mro__}
    ctx = getattr(error, "ctx", None)
    if "UsageError" not in names or "NoArgsIsHelpError" in names:
        return None
    command = str(ctx.command_path) if ctx else "tcw"
    if "BadOptionUsage" in names:
        needs_none = "not take" in error.message
        return UsageFault(
            NEEDS_NO_VALUE if needs_none else NO_VALUE, option=error.option_name, command=command
        )
    if ctx is None:
        return UsageFault(OTHER, command=command, what=error.format_message())
    if "NoSuchOption" in names:
        options = [option for param in ctx.command.params for option in param.opts]
        return _unknown(NO_OPTION, NEAR_OPTION, error.option_name, options, command=command, key="option")
    if "MissingParameter" in names:
        return UsageFault(MISSING, name=_name(error.param), usage=_usage(ctx))
    if "BadParameter" in names:
        return _bad_value(error, command)
    extra = re.search(r"unexpected extra argument(?:s|\(s\))? \((.*)\)", error.message)
    if extra:
        return UsageFault(TOO_MANY, text=extra[1], command=command, usage=_usage(ctx))
    commands = getattr(ctx.command, "commands", None)
    quoted = QUOTED.search(error.message)
    if commands and quoted:
        return _unknown(NO_COMMAND, NEAR_COMMAND, quoted[1], list(commands), command=command, key="text")
    return UsageFault(OTHER, command=command, what=error.format_message())


def _unknown(
    phrase: Phrase, near: Phrase, text: str, known: list[str], *, command: str, key: str
) -> UsageFault:
    nearest = difflib.get_close_matches(text, known, n=1, cutoff=0.5)
    if nearest:
        return UsageFault(near, command=command, nearest=nearest[0], **{key: text})
    return UsageFault(phrase, command=command, known=", ".join(known), **{key: text})


def _bad_value(error: Any, command: str) -> UsageFault:  # noqa: ANN401 - the library's error
    option = _name(error.param)
    cause = error.__cause__
    details = cause.errors()[0] if hasattr(cause, "errors") else {}
    said = str(details.get("type", ""))
    text = details.get("input")
    choices = QUOTED.findall(error.message)
    if said.startswith("int"):
        return UsageFault(NOT_WHOLE, option=option, text=text)
    if said.startswith("float"):
        return UsageFault(NOT_A_NUMBER, option=option, text=text)
    if said == "greater_than_equal":
        return UsageFault(TOO_SMALL, option=option, text=text, least=details["ctx"]["ge"])
    if "is not one of" in error.message and len(choices) > 1:
        return UsageFault(NOT_A_CHOICE, option=option, text=choices[0], known=", ".join(choices[1:]))
    return UsageFault(OTHER, command=command, what=error.format_message())


def _name(param: Any) -> str:  # noqa: ANN401 - the library's parameter
    if param.param_type_name == "argument":
        return str(param.metavar or param.name).upper()
    return str(max(param.opts, key=len))


def _usage(ctx: Any) -> str:  # noqa: ANN401 - the library's context
    """Return how a command is written, without the braces around what it needs: nobody is to type them."""
    return " ".join(re.sub(r"[{}]", "", ctx.get_usage()).removeprefix("Usage:").split())
