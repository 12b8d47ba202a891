"""From whatever ended a run to one line for the user and an exit code for the machine."""

import errno
import os
import sys
from collections.abc import Callable, Sequence

from tcw.errors import ExitCode, ManyFaults, TcwError
from tcw.wording import Language, Phrase

DISK_FULL = Phrase(
    "disk-full", "The disk is full: {path}. Free some space and run again; nothing was left half-written."
)
OUTPUT_FULL = Phrase(
    "output-full",
    "What is written to standard output is not whole: the disk is full. Free some space and run again.",
)
NO_PERMISSION = Phrase("no-permission", "No permission: {path}.")
SYSTEM_SAYS = Phrase("system-says", "The operating system says: {what}{path}.")
OUT_OF_MEMORY = Phrase(
    "out-of-memory",
    "The machine ran out of memory. Give Parquet instead of CSV or Excel, or a shorter period.",
)
INTERRUPTED = Phrase("interrupted", "Interrupted; nothing was left half-written.")
INTERNAL = Phrase(
    "internal",
    "A fault in tcw itself ({kind}). Your files are untouched. Run again with --debug to see where, and "
    "report it.",
)


def environment_language() -> Language:
    """Return Swedish when the environment's locale is Swedish, else English."""
    for name in ("TCW_LANG", "LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE"):
        value = os.environ.get(name)
        if value:
            return "sv" if value.lower().startswith("sv") else "en"
    if sys.platform == "win32":
        import locale

        name = locale.getlocale()[0] or ""
        return "sv" if name.lower().startswith(("sv", "swedish")) else "en"
    return "en"


class _Speech:
    """The language a command was asked to speak, for faults that end it."""

    lang: Language | None = None
    through: Callable[[str, str], None] | None = None
    """Tells a fault's code and line, in place of the plain line to stderr."""


def listen(arguments: Sequence[str]) -> None:
    """Take the language from --lang before the arguments are read: their faults are told in it, too."""
    for option, value in zip(arguments, [*arguments[1:], ""], strict=True):
        text = option.removeprefix("--lang=") if option.startswith("--lang=") else value
        if option.startswith("--lang") and text in {"sv", "en"}:
            speak("sv" if text == "sv" else "en")


def speak(lang: Language | None) -> None:
    """Remember the language for messages of this run."""
    _Speech.lang = lang


def language() -> Language:
    """Return the language of this run."""
    return _Speech.lang or environment_language()


def tell(line: str) -> None:
    """Write one line for the user to stderr."""
    print(line, file=sys.stderr)  # noqa: T201 - the one place that does


def tell_through(teller: Callable[[str, str], None]) -> None:
    """Have the faults that end this run told by a log of its own: code and line."""
    _Speech.through = teller


def _tell_fault(code: str, line: str) -> None:
    if _Speech.through is not None:
        _Speech.through(code, line)
    else:
        tell(f"tcw: {line}")


def report(run: Callable[[], object], *, debug: bool) -> int:  # noqa: PLR0911 - one for every way a run can end
    """Run a command; return its exit code. No traceback leaves here unless asked for."""
    _Speech.through = None
    try:
        code = run()
    except TcwError as fault:
        for one in fault.faults if isinstance(fault, ManyFaults) else (fault,):
            for line in one.lines(language()):
                _tell_fault(one.code, line)
        _trace(debug)
        return int(fault.exit_code)
    except BrokenPipeError:
        # The reader went away (`tcw … | head`): stop quietly, and do not let the interpreter flush into
        # nothing.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        _tell_fault(INTERRUPTED.code, INTERRUPTED.say(language()))
        return ExitCode.INTERRUPTED
    except MemoryError:
        _tell_fault(OUT_OF_MEMORY.code, OUT_OF_MEMORY.say(language()))
        _trace(debug)
        return ExitCode.INPUT
    except OSError as fault:
        _tell_fault(*_system_line(fault))
        _trace(debug)
        return ExitCode.INPUT
    except (Exception, BaseException) as fault:  # noqa: BLE001 - the last net: a user never sees a traceback
        return _last_net(fault, debug=debug)
    return code if isinstance(code, int) else ExitCode.CLEAN


def _last_net(fault: BaseException, *, debug: bool) -> int:
    """Usage faults of the command-line library, its exits, and faults of our own."""
    if isinstance(fault, SystemExit):
        return fault.code if isinstance(fault.code, int) else ExitCode.USAGE
    code = getattr(fault, "exit_code", None)
    show = getattr(fault, "show", None)
    if code is not None and show is not None:
        show()
        return int(code)
    if type(fault).__name__ == "Abort":
        _tell_fault(INTERRUPTED.code, INTERRUPTED.say(language()))
        return ExitCode.INTERRUPTED
    _tell_fault(INTERNAL.code, INTERNAL.say(language(), kind=type(fault).__name__))
    _trace(debug)
    return ExitCode.INPUT


def _system_line(fault: OSError) -> tuple[str, str]:
    """Return the code and the line of what the operating system complains of."""
    path = str(fault.filename or "")
    if fault.errno in {errno.ENOSPC, errno.EDQUOT}:
        full = DISK_FULL if path else OUTPUT_FULL
        return full.code, full.say(language(), **({"path": path} if path else {}))
    if fault.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return NO_PERMISSION.code, NO_PERMISSION.say(language(), path=path or "–")
    said = SYSTEM_SAYS.say(
        language(), what=fault.strerror or type(fault).__name__, path=f": {path}" if path else ""
    )
    return SYSTEM_SAYS.code, said


def _trace(debug: bool) -> None:
    if debug:
        import traceback

        traceback.print_exc()
