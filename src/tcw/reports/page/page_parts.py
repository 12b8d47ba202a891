"""What every self-contained page is put together from."""

import base64
import hashlib
import json
from importlib import resources


def json_in_html(facts: object) -> str:
    """Return JSON that may stand in a script element: nothing in it can end the element or begin another."""
    text = json.dumps(facts, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text


def part(name: str) -> str:
    """Return a file of the folder page/: a template, a style, a script."""
    return resources.files("tcw.reports.page").joinpath(name).read_text("utf-8")


def digest(text: str) -> str:
    """Return what a content security policy calls a script or style by."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")
