"""Take the README's picture of the report: ``python docs/picture.py``, with the extra ``test``.

Writes the report of ``results/baseline-briefs`` to a scratch folder, opens it in the Chromium of
this machine and keeps what a reader sees first, with three scores chosen: two pixels for each of
1280 x 955.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
SEEN = {"width": 1280, "height": 955}


def main() -> None:
    """Make ``docs/report.png``."""
    picture = ROOT / "docs" / "report.png"
    with TemporaryDirectory() as scratch, sync_playwright() as playwright:
        report = Path(scratch) / "report.html"
        run = ROOT / "results" / "baseline-briefs"
        command = [sys.executable, "-m", "bench", "report", str(run), "-o", str(report)]
        subprocess.run(command, check=True, cwd=ROOT)
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport=SEEN, device_scale_factor=2, color_scheme="light")
        page.goto(
            f"{report.as_uri()}#/overview?task=questions&cols=set_rougeL.f1,set_rougeL.recall,coverage@0.5"
        )
        page.locator(".task:not(.aside) .resources figure[data-drawn]").wait_for()
        page.screenshot(path=picture)
        browser.close()
    print(f"{picture}: {picture.stat().st_size / 1000:.0f} kB", file=sys.stderr)


if __name__ == "__main__":
    main()
