"""Make docs/images/kommun.png for README.md: the workbook and the page of the shipped example, side by side.

Needs LibreOffice (soffice), Poppler (pdftoppm) and Chromium. Run it when reports look different:

    python tools/make_picture.py
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "docs" / "images" / "kommun.png"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SIDE_BY_SIDE = """<!doctype html><meta charset="utf-8"><style>
body {{ margin: 0; padding: 14px; background: #dfe3ea; display: flex; gap: 14px }}
div {{ width: 640px; height: 470px; overflow: hidden; border-radius: 6px; background: #fff; box-shadow: 0 1px 6px #8899 }}
img {{ width: 640px; display: block }}
</style><div><img src="{workbook}"></div><div><img src="{page}"></div>"""  # noqa: E501 - text


def main() -> int:
    """Make the picture; return 1 when a program that is needed is missing."""
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    needed = {"soffice": shutil.which("soffice"), "pdftoppm": shutil.which("pdftoppm"), "chromium": browser}
    missing = [name for name, path in needed.items() if path is None]
    if missing or browser is None:
        print(f"not found: {', '.join(missing)}")
        return 1
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        words = [
            "kpi",
            str(ROOT / "examples/kommun"),
            "--lang",
            "sv",
            "--quiet",
            "--out",
            "a.xlsx",
            "--html",
            "a.html",
        ]
        call(folder, sys.executable, "-m", "tcw", *words)
        call(folder, "soffice", "--headless", "--convert-to", "pdf", "a.xlsx")
        call(
            folder, "pdftoppm", "-r", "110", "-png", "-f", "1", "-l", "1", "-singlefile", "a.pdf", "workbook"
        )
        screenshot(browser, folder, "a.html", "page.png", "1200,900")
        (folder / "both.html").write_text(
            SIDE_BY_SIDE.format(workbook="workbook.png", page="page.png"), encoding="utf-8"
        )
        screenshot(browser, folder, "both.html", "both.png", "1322,498")
        PICTURE.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(folder / "both.png", PICTURE)
    return 0


def screenshot(browser: str, folder: Path, page: str, picture: str, size: str) -> None:
    """Take a picture of a page in the folder."""
    call(
        folder,
        *(browser, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--hide-scrollbars"),
        *("--disable-background-networking", f"--user-data-dir={folder / 'browser'}"),
        *(f"--window-size={size}", f"--screenshot={folder / picture}", (folder / page).as_uri()),
    )


def call(folder: Path, *words: str) -> None:
    """Run a program in the folder. Raises CalledProcessError, TimeoutExpired."""
    subprocess.run(words, cwd=folder, check=True, capture_output=True, timeout=120)


if __name__ == "__main__":
    sys.exit(main())
