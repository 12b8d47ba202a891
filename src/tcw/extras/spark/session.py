"""A Spark session, and its faults in one line each."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import warnings
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tcw.errors import UsageFault
from tcw.wording import Phrase

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

NO_PYSPARK = Phrase(
    "spark-no-pyspark",
    "--engine spark needs PySpark: install tcw[spark], here and on every machine of the cluster.",
)
NO_JAVA = Phrase("spark-no-java", "--engine spark needs Java 17 or later: install it, or set JAVA_HOME.")
NO_MASTER = Phrase(
    "spark-no-master",
    "--master: {master} cannot be reached; check the address, and that the cluster is running.",
)
NOT_A_MASTER = Phrase(
    "spark-not-a-master",
    "--master: {master} is no address of a Spark master; write local[4] or spark://host:7077.",
)
NOT_STARTED = Phrase(
    "spark-not-started", "Spark did not start with --master {master}; --debug shows what it said."
)
JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
"""Java only hands out tasks: compiling itself thoroughly would cost it more than it does."""
SETTINGS = {
    "spark.driver.extraJavaOptions": JAVA,
    "spark.executor.extraJavaOptions": JAVA,
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    # An executor that is lost costs a try.
    "spark.task.maxFailures": "8",
    "spark.python.worker.reuse": "true",
    # A task has a core; those of other tasks are not its own.
    "spark.executorEnv.POLARS_MAX_THREADS": "1",
}
KNOWN = ("local", "spark://", "yarn", "k8s://")
PATIENCE = 5
"""Seconds to wait for the master to answer, and for Java to end."""


@contextlib.contextmanager
def session(master: str) -> Iterator["SparkSession"]:
    """Yield a session, and stop it afterwards.

    Raises UsageFault: no PySpark, no Java, a master that does not answer.
    """
    _check(master)
    if find_spec("pyspark") is None:
        raise UsageFault(NO_PYSPARK)
    if not _java():
        raise UsageFault(NO_JAVA)
    # Workers must be of the same Python; on a cluster, PYSPARK_PYTHON says where theirs is.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    try:
        with warnings.catch_warnings():
            # PySpark's, on versions of pandas, which tcw does not use.
            warnings.simplefilter("ignore", FutureWarning)
            made, java = _started(master)
    except Exception as error:
        raise UsageFault(NOT_STARTED, master=master) from error
    try:
        yield made
    finally:
        # A cluster that is gone cannot be stopped.
        with contextlib.suppress(Exception):
            made.stop()
        _ended(java)


def _ended(java: subprocess.Popen[bytes]) -> None:
    """Let Java end, as it does when nobody listens any more; nothing of a command may outlive it."""
    if java.stdin is not None:
        java.stdin.close()
    try:
        java.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        java.kill()
        java.wait()


def _started(master: str) -> "tuple[SparkSession, subprocess.Popen[bytes]]":
    from pyspark import SparkConf, SparkContext
    from pyspark.java_gateway import launch_gateway
    from pyspark.sql import SparkSession

    conf = SparkConf().setMaster(master).setAppName("tcw")
    for name, value in SETTINGS.items():
        conf.setIfMissing(name, value)
    # Java's own words are not for users: what goes wrong is told in a line.
    gateway = launch_gateway(conf, {"stderr": subprocess.DEVNULL})
    context = SparkContext(conf=conf, gateway=gateway)
    context.setLogLevel("OFF")
    return SparkSession(context), gateway.proc


def _java() -> bool:
    home = os.environ.get("JAVA_HOME")
    return shutil.which("java", path=str(Path(home) / "bin") if home else None) is not None


def _check(master: str) -> None:
    if not master.startswith(KNOWN):
        raise UsageFault(NOT_A_MASTER, master=master)
    if not master.startswith("spark://"):
        return
    for one in master.removeprefix("spark://").split(","):
        place = urlsplit(f"spark://{one}")
        try:
            address = (place.hostname or "", place.port or 7077)
            socket.create_connection(address, PATIENCE).close()
        except (OSError, ValueError):
            continue
        return
    raise UsageFault(NO_MASTER, master=master)
