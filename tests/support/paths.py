"""The folders that tests read from."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
BROWSER_APPS = ROOT / "tests" / "browser" / "apps"
SERVER_APPS = ROOT / "tests" / "server" / "apps"
COMPONENTS = ROOT / "tests" / "components"
