"""run.json: what a run was, from what, and to what; and whether another one would come to the same."""

import hashlib
import hmac
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tcw import __version__
from tcw.batch.inputs import Input
from tcw.batch.request import NightRequest
from tcw.batch.results import KIND, MANIFEST
from tcw.errors import ExitCode
from tcw.model.config import settings_in_force
from tcw.model.intake_report import IntakeReport
from tcw.reports.deliver import private_text, system_faults

PERSONAL_SETTINGS = "time_bank.balances."
"""Settings by a person's id, which run.json does without."""


@dataclass(frozen=True, slots=True)
class StepFacts:
    """One step: how long, how many rows, how it ended. `fault` is the code of what stopped it."""

    name: str
    seconds: float
    rows: int
    exit_code: ExitCode
    fault: str | None = None

    @property
    def done(self) -> bool:
        """Say whether the step wrote its files."""
        return self.fault is None


def fingerprint(request: NightRequest, inputs: tuple[Input, ...], key: bytes | None) -> str:
    """Return a digest of all that a result depends on.

    Version, settings, options, day, inputs, the files compared with, the key of pseudonyms.
    """
    config = request.config.model_dump(
        mode="json", exclude={"run": {"keep", "settle_seconds", "settle_patience"}}
    )
    # What is unset has no force: a setting that a later version knows must not make last night's result
    # another one.
    config["run"] = {name: value for name, value in config["run"].items() if value not in (None, [])}
    facts = {
        "version": __version__,
        "config": config,
        "as_of": request.as_of.isoformat(),
        "lang": request.lang,
        "csv": request.dialect,
        "show_numbers": request.show_numbers,
        "inputs": [[one.name, one.sha256] for one in inputs],
        "key": hmac.new(key, b"tcw run", "sha256").hexdigest()[:12] if key else None,
    }
    compared_with = [_digest(path) for path in (request.baseline, request.accepted, request.previous)]
    if any(compared_with):
        facts["compared_with"] = compared_with
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def _digest(path: Path | None) -> str | None:
    """Return the SHA-256 of a file; None without one.

    The step that needs it reports one that cannot be read.
    """
    try:
        return None if path is None else hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return "unreadable"


def inputs_facts(inputs: tuple[Input, ...], intake: IntakeReport) -> list[dict[str, Any]]:
    """Return the input files.

    Name, bytes, SHA-256, rows read, accepted and rejected, and the tables they hold.
    """
    facts = []
    for one in inputs:
        # The parts of a folder of Parquet files are hashed one by one and read as one.
        mine = [file for file in intake.files if file.file in {one.name, one.name.rpartition("/")[0]}]
        whole = any(file.file == one.name for file in mine)
        rows = {
            "rows": sum(file.rows_read for file in mine),
            "accepted": sum(file.accepted for file in mine),
            "rejected": sum(file.rejected for file in mine),
        }
        facts.append(
            {
                "name": one.name,
                "bytes": one.stamp.size,
                "sha256": one.sha256,
                "tables": sorted({file.table for file in mine if file.table is not None}),
                **(rows if whole or not mine else {"rows_of_folder": rows["rows"]}),
            }
        )
    return facts


def write_manifest(
    folder: Path,
    request: NightRequest,
    *,
    number: int,
    started: str,
    ended: str,
    seconds: float,
    inputs: list[dict[str, Any]],
    steps: list[StepFacts],
    exit_code: ExitCode,
    digest: str,
    files: dict[str, dict[str, Any]],
) -> None:
    """Write run.json into a folder that is being built. Only it holds times."""
    settings = {
        name: value
        for name, value in settings_in_force(request.config).items()
        if not name.startswith(PERSONAL_SETTINGS)
    }
    facts = {
        "kind": KIND,
        "version": __version__,
        "number": number,
        "as_of": request.as_of.isoformat(),
        "language": request.lang,
        "started": started,
        "ended": ended,
        "seconds": round(seconds, 3),
        "exit_code": int(exit_code),
        "steps": [
            {
                "name": step.name,
                "status": "done" if step.done else "failed",
                "exit_code": int(step.exit_code),
                "seconds": round(step.seconds, 3),
                "rows": step.rows,
                **({} if step.done else {"fault": step.fault}),
            }
            for step in steps
        ],
        "inputs": inputs,
        "files": files,
        "config": settings,
        "fingerprint": digest,
    }
    with system_faults(folder / MANIFEST):
        private_text(folder / MANIFEST, json.dumps(facts, ensure_ascii=False, indent=1) + "\n")
