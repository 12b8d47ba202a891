"""What a batch tells as it goes: lines for people, or a JSON object a line for programs.

No names, no personal numbers.
"""

import contextlib
import json
import os
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Literal

from tcw.privacy.masking import masked
from tcw.wording import Language, Message, Phrase
from tcw.wording.quantities import Quantity

NOT_KEPT = Phrase("run-log-file", "The log file {file} cannot be written to: {reason}. The run goes on.")
Level = Literal["info", "warning", "error"]
Plain = str | int | float | bool | None


class Log:
    """Writes to standard error, and to a log file when there is one.

    A JSON line has `time` (ISO 8601 with offset), `level` (info, warning, error), `event` (the phrase's code)
    and `message` (the sentence), then the facts a program may want.
    """

    def __init__(
        self, lang: Language, *, as_json: bool, quiet: bool = False, file: Path | None = None
    ) -> None:
        """Say which language and form.

        `quiet` leaves out what is neither warning nor error on standard error.
        """
        self.lang = lang
        self.as_json = as_json
        self._quiet = quiet
        self._file = file

    def tell(self, phrase: Phrase, level: Level = "info", /, **facts: object) -> None:
        """Tell a phrase; facts that are plain values stand by themselves in a JSON line, too."""
        plain: dict[str, Plain] = {
            name: fact for name, fact in facts.items() if isinstance(fact, str | int | float | bool)
        }
        plain |= {name: fact.plain for name, fact in facts.items() if isinstance(fact, Counted)}
        self.line(level, phrase.code, phrase.say(self.lang, **facts), plain)

    def note(self, message: Message) -> None:
        """Tell something that was noticed."""
        self.line("info", message.phrase.code, message.say(self.lang))

    def line(self, level: Level, event: str, message: str, facts: Mapping[str, Plain] | None = None) -> None:
        """Tell a sentence that is worded already."""
        now = datetime.now().astimezone()
        said = masked(message)
        if self.as_json:
            safe = {
                name: masked(fact) if isinstance(fact, str) else fact for name, fact in (facts or {}).items()
            }
            record = {
                "time": now.isoformat(timespec="milliseconds"),
                "level": level,
                "event": event,
                "message": said,
                **safe,
            }
            text = json.dumps(record, ensure_ascii=False)
        else:
            text = f"{now:%H:%M:%S} {said}"
        if not self._quiet or level != "info":
            # Warnings and errors look as those of every other command.
            _to_stderr(text if self.as_json or level == "info" else f"tcw: {said}")
        if self._file is not None:
            self._keep(self._file, text)

    def _keep(self, file: Path, text: str) -> None:
        """Add a line to the log file, opened anew each time: log rotation may have moved it away."""
        try:
            handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            with open(handle, "a", encoding="utf-8", errors="replace") as opened:  # noqa: PTH123 - a handle has no path
                opened.write(text + "\n")
        except OSError as error:
            # A log that cannot be written stops no run; it is told once.
            self._file = None
            self.tell(NOT_KEPT, "warning", file=str(file), reason=error.strerror or type(error).__name__)


def _to_stderr(text: str) -> None:
    # Whoever read the log may have gone away; the run goes on.
    with contextlib.suppress(OSError, ValueError):
        print(text, file=sys.stderr, flush=True)  # noqa: T201 - a batch's own voice


class Counted(Quantity):
    """A whole number: worded in the sentence, plain in the JSON line."""

    def __init__(self, number: int) -> None:
        """Keep the number."""
        self.plain = number

    def say(self, lang: Language) -> str:
        """Return it with the language's thousands separator."""
        from tcw.wording.quantities import Count

        return Count(self.plain).say(lang)
