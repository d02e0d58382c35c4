"""Finds a browser for the tests, or installs one: prints the program's path, or stops with one line."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from unionstate.quiz.export.browser import NAMES, PLACES

# Since Chromium has no window-less mode of its own any more, each context opens a whole window, for which two pages of
# the browser's own address bar are drawn, and a process is kept ready for a page to come: as much work as most tests.
# Of several such lists the last counts, so the rest is what Playwright switches off.
_FEATURES_OFF = (
    "WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "SpareRendererForSitePerProcess",
    "AimEnabled", "AvoidCorsURLLoaderRestartOnRedirect", "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose", "HttpsFirstBalancedModeAutoEnable", "HttpsUpgrades", "LensOverlay", "MediaRouter",
    "NetworkTimeServiceQuerying", "OptimizationHints", "PaintHolding", "PreconnectToSearch", "TcpPortRandomizationWin",
    "ThirdPartyStoragePartitioning",
)  # fmt: skip
FLAGS = (
    "--no-sandbox",  # tests run as root in CI, where Chromium's own sandbox refuses to start
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--disable-features={','.join(_FEATURES_OFF)}",
)


def find_browser() -> str:
    """The first working browser: the one named in UNIONSTATE_BROWSER, one on this machine, or Playwright's own."""
    named = os.environ.get("UNIONSTATE_BROWSER")
    found = [named] if named else [path for name in NAMES if (path := shutil.which(name))]
    found += [place for place in PLACES if Path(place).exists()]
    if path := next((path for path in found if works(path)), ""):
        return path
    path = _playwright_browser()
    return path if path and works(path) else ""


def works(path: str) -> bool:
    """Whether the program starts (a distribution's stub for another package manager does not)."""
    try:
        answer = subprocess.run([path, "--version", "--no-sandbox"], capture_output=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0


def _playwright_browser() -> str:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else ""


def install_browser() -> str:
    """Install a browser: Playwright's, else the distribution's as root on Debian or Ubuntu. Returns its path or ""."""
    print("No browser found; installing Playwright's Chromium ...", file=sys.stderr)
    _try([sys.executable, "-m", "playwright", "install", "chromium"])
    if not (path := find_browser()) and shutil.which("apt-get") and os.geteuid() == 0:
        print("That did not work; installing the distribution's Chromium ...", file=sys.stderr)
        _try(["apt-get", "update", "-qq"])
        for package in ("chromium", "chromium-browser"):
            _try(["apt-get", "install", "-y", "-qq", "--no-install-recommends", package])
            if path := find_browser():
                break
    return path


def _try(command: list[str]) -> None:
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=600, check=False)


def main() -> None:
    """Print the browser's path, or stop with one line."""
    browser = find_browser() or install_browser()
    if not browser:
        sys.exit("The tests need a browser: install Chromium, Chrome or Edge, or set UNIONSTATE_BROWSER to its path.")
    print(browser)


if __name__ == "__main__":
    main()
