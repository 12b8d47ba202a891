"""A bar on a terminal, told the share done."""

import sys
from collections.abc import Callable


class progress_bar:  # noqa: N801 - reads as a verb
    """A bar on a terminal's stderr, told the share done; nothing elsewhere."""

    def __init__(self, *, quiet: bool) -> None:
        self._shown = not quiet and sys.stderr.isatty()

    def __enter__(self) -> Callable[[float], None] | None:
        if not self._shown:
            return None
        from rich.console import Console
        from rich.progress import Progress

        self._bar = Progress(console=Console(stderr=True), transient=True)
        self._bar.start()
        task = self._bar.add_task("", total=1.0)
        return lambda done: self._bar.update(task, completed=done)

    def __exit__(self, *_: object) -> None:
        if self._shown:
            self._bar.stop()
