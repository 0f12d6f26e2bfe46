"""Chromium by Playwright: the system's, the same as a phone, and old ones."""

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Error, sync_playwright

from tests.support.chromium import FLAGS, executable
from tests.support.engines_base import RECORDER, Engine, EngineError

_PHONE_SLOWER = 4  # how many times slower than this machine


class Chromium(Engine):
    """One window of Chromium; `binary` is an old headless shell."""

    def __init__(self, name: str, binary: Path | None = None) -> None:
        self.name = name
        self._is_phone = name == "phone"
        self._playwright = sync_playwright().start()
        flags = [*FLAGS, "--no-zygote", "--headless"] if binary else FLAGS
        path = str(binary) if binary else executable()
        self._browser = self._playwright.chromium.launch(executable_path=path, args=flags)
        context: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}
        if self._is_phone:
            context = {**self._playwright.devices["iPhone 14"]}
            del context["default_browser_type"]
        self._context = self._browser.new_context(**context, accept_downloads=True)
        self._context.add_init_script(RECORDER)
        self.page = self._context.new_page()
        self.cdp = self._context.new_cdp_session(self.page)
        if self._is_phone:
            self.cdp.send("Emulation.setCPUThrottlingRate", {"rate": _PHONE_SLOWER})
        self._downloads: list[str] = []
        self.page.on("download", lambda one: self._downloads.append(one.suggested_filename))
        self.version = self._browser.version
        info = self._browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")
        self.pid = next(each["id"] for each in info["processInfo"] if each["type"] == "browser")

    def goto(self, url: str) -> None:
        self.page.goto(url, wait_until="commit")

    def reload(self) -> None:
        self.page.reload(wait_until="commit")

    def back(self) -> None:
        self.page.go_back(wait_until="commit")

    def evaluate(self, expression: str) -> Any:
        try:
            return self.page.evaluate(expression)
        except Error as error:
            raise EngineError(str(error)) from None

    def click(self, selector: str) -> None:
        if self._is_phone:
            self.page.tap(selector)
        else:
            self.page.click(selector)

    def press(self, *keys: str) -> None:
        for key in keys:
            if re.fullmatch(r"[\x20-\x7e]|\w{2,}", key):
                self.page.keyboard.press(key)
            else:
                self.page.keyboard.insert_text(key)

    def set_files(self, selector: str, path: Path) -> None:
        self.page.set_input_files(selector, path)

    def screenshot(self, path: Path) -> None:
        self.page.screenshot(path=path)

    def downloaded(self) -> list[str]:
        self.page.wait_for_timeout(1)  # handles events that have arrived
        return sorted(self._downloads)

    def close(self) -> None:
        self._browser.close()
        self._playwright.stop()
