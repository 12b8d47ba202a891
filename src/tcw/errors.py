"""Everything that stops a run, with the exit code it stops with."""

from collections.abc import Iterable
from enum import IntEnum

from tcw.wording import Language, Phrase


class ExitCode(IntEnum):
    """What every command's exit code means (documented in `--help` and the README)."""

    CLEAN = 0
    FINDINGS = 1
    USAGE = 2
    INPUT = 3
    NO_PLAN = 4
    LOCKED = 5
    INTERRUPTED = 130


class TcwError(Exception):
    """A fault the user is told of in one line: what, where, and what to do."""

    exit_code = ExitCode.INPUT

    def __init__(self, phrase: Phrase, /, **facts: object) -> None:
        """Keep the phrase and the facts; they are put together in the user's language later."""
        super().__init__(phrase.code)
        self.phrase = phrase
        self.facts = facts

    def __reduce__(self) -> tuple[object, ...]:
        """Say how a copy is made on another machine."""
        return _copied, (type(self), self.phrase, self.facts)

    @property
    def code(self) -> str:
        """The code of the error gallery (docs/reference/errors.md)."""
        return self.phrase.code

    def lines(self, lang: Language) -> list[str]:
        """Return the message in the language, one line per fault."""
        return [self.phrase.say(lang, **self.facts)]


def _copied(kind: type[TcwError], phrase: Phrase, facts: dict[str, object]) -> TcwError:
    return kind(phrase, **facts)


class UsageFault(TcwError):
    """Wrong usage or a wrong configuration."""

    exit_code = ExitCode.USAGE


class InputFault(TcwError):
    """Input that cannot be used."""

    exit_code = ExitCode.INPUT


class LockFault(TcwError):
    """Another run is at work on the same output."""

    exit_code = ExitCode.LOCKED


class ManyFaults(TcwError):
    """Several faults told at once, because one run reports all problems of all files."""

    def __init__(self, faults: Iterable[TcwError]) -> None:
        """Keep the faults in order; the first one's exit code is the run's. Needs at least one."""
        self.faults = tuple(faults)
        first = self.faults[0]
        super().__init__(first.phrase, **first.facts)
        self.exit_code = first.exit_code

    def __reduce__(self) -> tuple[object, ...]:
        """Say how a copy is made on another machine."""
        return ManyFaults, (self.faults,)

    def lines(self, lang: Language) -> list[str]:
        """Return all faults, one line each."""
        return [line for fault in self.faults for line in fault.lines(lang)]
