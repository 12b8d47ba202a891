"""What holds for all tests: each worker of `pytest -n` keeps to its share of the processors, and to its own
garbage.
"""

import gc
import os
import signal
import sys
import threading
from unittest import mock

MANY = 50
"""New modules that are worth a look."""


class _Frozen:
    modules = 0


def pytest_configure() -> None:
    # Workers whose Polars asks for all processors each wait for one another. The processes that tests start
    # do ask for all of them, so that what depends on the number of threads differs between the two.
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "0"))
    if workers and "POLARS_MAX_THREADS" not in os.environ:
        threads = max(1, (os.cpu_count() or 1) // workers)
        with mock.patch.dict(os.environ, {"POLARS_MAX_THREADS": str(threads)}):
            import polars as pl

            assert pl.thread_pool_size() == threads


def pytest_sessionstart() -> None:
    """Hear Ctrl-C, whatever the shell that started the tests does with it.

    A shell without job control (`(python3 dev.py test &)` in a script, nohup, some CI) has its children
    ignore SIGINT, and their children inherit that: what waits for an interrupt would wait for ever.
    """
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_finish() -> None:
    gc.set_threshold(50_000, 20, 100)
    _freeze()


def pytest_runtest_teardown() -> None:
    if len(sys.modules) > _Frozen.modules + MANY:
        _freeze()


def _freeze() -> None:
    """Thousands of tests and all that is imported are no garbage: without this, Python looks through them
    again and again.
    """
    gc.collect()
    gc.freeze()
    _Frozen.modules = len(sys.modules)
