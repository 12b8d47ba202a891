"""Loads and validates a source with tcw and computes nothing.

`python -m benchmarks.peers.load_tcw FOLDER`.
"""

import json
import sys
from pathlib import Path

from tcw.intake.load import load
from tcw.model.config import Config


def main() -> None:
    """Print how many bookings were accepted, and how large they are in memory."""
    bookings = load(Path(sys.argv[1]), Config()).schedule.bookings.collect()
    print(json.dumps({"rows": bookings.height, "bytes": bookings.estimated_size()}))


if __name__ == "__main__":
    main()
