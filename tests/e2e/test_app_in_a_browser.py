"""The app in a real browser: what the address keeps, what a phone shows, and that nothing leaves this machine."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipelines.home import Home
from pipelines.release import pointer
from tests.e2e.demonstrated import DEMONSTRATION, demonstrated

CHROMIUM = "/usr/bin/chromium"
APP = Path(__file__).parents[2] / "dashboards" / "app.py"
PAGES = ("", "indicator", "targets", "contests", "quality")
WIDER_THAN_SCREEN = """() => [...document.querySelectorAll('.bb *')]
    .filter(one => !one.closest('.bb-scroll') && one.getBoundingClientRect().right > innerWidth + 1)
    .map(one => one.className || one.tagName)"""

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
Page = playwright.Page


def lacking() -> str | None:
    """Why no browser can be asked, if so."""
    if not Path(CHROMIUM).exists():
        return f"{CHROMIUM} is not there"
    if shutil.which("fc-list") is None:
        return "fc-list is not there, so fonts cannot be looked up"
    found = subprocess.run(["fc-list", ":lang=zh"], capture_output=True, text=True, check=False).stdout
    return None if found.strip() else "no Chinese font is installed"


pytestmark = pytest.mark.skipif(lacking() is not None, reason=str(lacking()))


@contextmanager
def server(home: Home, folder: Path) -> Iterator[str]:
    """A server of its own over a home, started from a folder that has nothing to do with the project."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(APP), "--server.port", str(port)]
    environment = os.environ | {"BLUEBOOK_HOME": str(home.root)}
    with subprocess.Popen(command, cwd=folder, env=environment,
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as started:  # fmt: skip
        try:
            yield _ready(f"http://127.0.0.1:{port}")
        finally:
            started.terminate()
            started.wait(timeout=20)


@pytest.fixture(scope="module")
def address(released: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server over the real release."""
    with server(released, tmp_path_factory.mktemp("elsewhere")) as at:
        yield at


@pytest.fixture(scope="module")
def demo_address(released: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server over a home with both channels."""
    home = demonstrated(released, tmp_path_factory.mktemp("demonstrated"))
    with server(home, tmp_path_factory.mktemp("elsewhere")) as at:
        yield at


def _ready(address: str) -> str:
    for _ in range(150):
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2):
                return address
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            time.sleep(0.2)
    raise TimeoutError(f"{address} did not answer within 30 seconds")


@pytest.fixture(scope="module")
def browser() -> Iterator[playwright.Browser]:
    with playwright.sync_playwright() as engine:
        started = engine.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def page(browser: playwright.Browser) -> Iterator[Page]:
    """A page as on a desk; every request that it makes must go to this machine."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    opened, abroad = context.new_page(), []
    opened.on("request", lambda one: abroad.append(one.url) if not _is_local(one.url) else None)
    yield opened
    context.close()
    assert abroad == []


def _is_local(url: str) -> bool:
    return url.startswith(("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:"))


def ask(page: Page, url: str) -> str:
    """Opens the address; returns the question once the page has answered it."""
    page.goto(url)
    page.wait_for_selector(".bb-notes", timeout=60_000)
    return str(page.locator("h1").first.inner_text())


def test_the_first_deep_link_after_the_start_has_ribbon_and_style(page: Page, address: str, released: Home) -> None:
    ask(page, f"{address}/quality")
    assert page.locator(".bb-ribbon").count() == 1
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    assert f"release={pointer.current(released, 'real')}" in page.url


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_phone_shows_every_page_without_scrolling_sideways(
    page: Page, address: str, name: str, language: str
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    ask(page, f"{address}/{name}?lang={language}")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate(WIDER_THAN_SCREEN) == []


def test_the_menu_keeps_release_and_language(page: Page, address: str) -> None:
    ask(page, f"{address}/?lang=en")
    page.get_by_role("link", name="Targets", exact=True).first.click()
    playwright.expect(page.locator("h1")).to_have_text("Which targets are met?", timeout=30_000)
    page.wait_for_url("**/targets?*lang=en*")
    assert "release=real-" in page.url


def test_a_link_opens_what_it_says(page: Page, address: str) -> None:
    question = ask(page, f"{address}/indicator?indicator=skilled_workers_total&lang=en")
    assert question.startswith("Skilled workers")
    assert "indicator=skilled_workers_total" in page.url


def test_choosing_an_indicator_writes_the_address(page: Page, address: str) -> None:
    ask(page, f"{address}/indicator?indicator=high_skilled_share")
    page.get_by_role("combobox").nth(1).click()
    page.get_by_role("option", name="技能人才总量", exact=True).click()
    page.wait_for_url("**indicator=skilled_workers_total**")
    playwright.expect(page.locator("h1")).to_contain_text("技能人才总量", timeout=30_000)


def test_a_click_on_a_value_leads_to_file_and_line(page: Page, address: str) -> None:
    ask(page, f"{address}/indicator?indicator=high_skilled_share")
    page.locator("td a", has_text="31.7").first.click()
    page.wait_for_url("**unit=500000**")
    playwright.expect(page.locator("td", has_text="skilled_workforce.csv:").first).to_be_visible(timeout=30_000)


def test_a_table_can_be_taken_away_as_csv(page: Page, address: str, released: Home) -> None:
    ask(page, f"{address}/targets")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="下载 CSV").click()
    text = Path(waiting.value.path()).read_bytes().decode("utf-8")
    assert text.startswith("\ufeff")
    assert str(pointer.current(released, "real")) in text
    assert str(pointer.current(released, "real")) in waiting.value.suggested_filename


def test_a_download_of_the_demonstration_channel_bears_its_mark(page: Page, demo_address: str) -> None:
    ask(page, f"{demo_address}/targets?channel=demo")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="下载 CSV").click()
    assert waiting.value.suggested_filename == f"targets_{DEMONSTRATION}_演示数据.csv"
    assert Path(waiting.value.path()).read_text(encoding="utf-8-sig").startswith("演示数据")
    assert page.title().startswith("演示数据")


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [390, 1440])
def test_the_demonstration_channel_fits_the_screen_and_can_be_clicked_through(
    page: Page, demo_address: str, name: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    ask(page, f"{demo_address}/{name}?channel=demo&lang=en")
    band = page.locator(".bb-band").bounding_box()
    assert band is not None
    assert band["width"] <= width
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate(WIDER_THAN_SCREEN) == []
    assert page.evaluate("getComputedStyle(document.querySelector('.bb-ground')).pointerEvents") == "none"


def test_no_built_in_english_stands_on_a_chinese_page(page: Page, address: str) -> None:
    ask(page, f"{address}/")
    seen = page.locator("body").inner_text()
    assert [word for word in ("Deploy", "Rerun", "Settings", "Made with") if word in seen] == []


def test_an_unknown_release_is_a_page_with_a_way_on(page: Page, address: str) -> None:
    page.goto(f"{address}/?release=real-2020.01.01-00000000")
    page.get_by_text("real-2020.01.01-00000000").wait_for(timeout=60_000)
    page.locator("a[href*='release=real-']").first.click()
    page.wait_for_selector(".bb-notes", timeout=60_000)
