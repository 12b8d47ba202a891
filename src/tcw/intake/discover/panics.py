"""Keep what a panicking Rust library prints away from the user, who gets a fault in its place."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from tcw.intake.discover.file_faults import panicked

STDERR = 2


@contextmanager
def quiet_panics() -> Iterator[None]:
    """Hold back what is printed to standard error inside, and drop it if a panic ends it.

    Rust prints a panic straight to the process's standard error before Python sees an exception. Everything
    else that was printed is passed on at the end.
    """
    try:
        sys.stderr.flush()
        real = os.dup(STDERR)
    except (AttributeError, OSError, ValueError):
        # There is no standard error (a windowed Python on Windows): nothing to keep clean.
        yield
        return
    with tempfile.TemporaryFile() as held, os.fdopen(real, "wb", closefd=True) as out:
        os.dup2(held.fileno(), STDERR)
        drop = False
        try:
            yield
        except BaseException as error:
            drop = panicked(error) or panicked(error.__cause__ or error)
            raise
        finally:
            os.dup2(real, STDERR)
            if not drop:
                held.seek(0)
                out.write(held.read())
