"""The Chromium of tests and benchmarks: the system's where there is one, else Playwright's own."""

import shutil

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Each new context has a window, and the list below its address bar is a page of its own: 0.7 s of
# processor time for each test with Chromium 156.
ADDRESS_BAR = ("WebUIOmniboxPopup", "WebUIOmniboxAimPopup")
# Chromium reads the last of several such switches: those of Playwright 1.65 are kept.
DISABLED_BY_PLAYWRIGHT = (
    "AimEnabled",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
)
FLAGS_OF_TESTS = [
    *FLAGS,
    f"--disable-features={','.join((*DISABLED_BY_PLAYWRIGHT, *ADDRESS_BAR))}",
]


def executable() -> str | None:
    """The path of the system's Chromium; None asks Playwright for its own."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


def launch_args(given: dict[str, object]) -> dict[str, object]:
    """What Playwright's plugin is to start the browser with, beside what it was given."""
    system = executable()
    found = {"executable_path": system} if system else {}
    return {**given, **found, "args": FLAGS_OF_TESTS}
