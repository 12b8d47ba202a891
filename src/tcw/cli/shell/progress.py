"""Which file is read and how far a command is, on a terminal; nothing elsewhere."""

import contextlib
import sys
from collections.abc import Callable, Iterator


@contextlib.contextmanager
def progress_bar(*, quiet: bool) -> Iterator[Callable[[float], None] | None]:
    """Show a bar on a terminal's stderr; yield what is told the share done, None where nothing is shown."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=1.0)
        yield lambda done: bar.update(task, completed=done)


@contextlib.contextmanager
def reading_status(*, quiet: bool) -> Iterator[Callable[[str], None] | None]:
    """Show on a terminal's stderr which file is read.

    Yield what is told its name, None where nothing is shown.
    """
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console

    with Console(stderr=True).status("…") as status:
        yield status.update
