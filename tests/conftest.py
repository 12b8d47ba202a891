"""What holds for all tests: each worker of `pytest -n` keeps to its share of the processors."""

import gc
import os
from unittest import mock


def pytest_configure() -> None:
    # Workers whose Polars asks for all processors each wait for one another. The processes that tests start do ask for
    # all of them, so that what depends on the number of threads differs between the two.
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "0"))
    if workers and "POLARS_MAX_THREADS" not in os.environ:
        threads = max(1, (os.cpu_count() or 1) // workers)
        with mock.patch.dict(os.environ, {"POLARS_MAX_THREADS": str(threads)}):
            import polars as pl

            assert pl.thread_pool_size() == threads


def pytest_collection_finish() -> None:
    # Thousands of tests are no garbage: without this, they are looked through again and again.
    gc.collect()
    gc.freeze()
