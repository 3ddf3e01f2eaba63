"""The basket in a real browser against the real API, from every page to the course pack."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.ui.conftest import Served
from tests.ui.test_browser import CONTRAST, cards, hits, overflow, params, search
from tests.ui.test_browser_registry import freed, open_first_row, settled

pytestmark = pytest.mark.browser

DRAFT = "对取得高级工职业技能证书的建筑工人，按标准给予培训补贴。"


def add(page: Page) -> None:
    """Choose the first practice in sight that is not chosen; wait until the address says so."""
    before = params(page).get("basket", [""])[0]
    page.get_by_role("button", name="加入备课").first.click()
    page.wait_for_url(lambda address: f"basket={before}~" in address or not before)
    expect(page).to_have_url(re.compile("basket="))


def basket(page: Page) -> list[str]:
    """The items of the basket as its address has them."""
    return params(page)["basket"][0].split("~")


def test_chosen_on_every_page_kept_by_every_way_and_taught(page: Page, tmp_path: Path) -> None:
    search(page, "工资专户代发")
    steps = page.evaluate("history.length")
    add(page)
    expect(page.get_by_role("button", name="移出备课")).to_have_count(1)
    assert page.evaluate("history.length") == steps, "a choice is no step of the history"

    page.get_by_role("link", name="逐条找先例", exact=True).click()
    page.get_by_label("草稿（一条或多条）").fill(DRAFT)
    page.get_by_role("button", name="逐条找先例").click()
    expect(page.locator("article.ts-brief").first).to_be_visible()
    add(page)
    assert len(basket(page)) == 2

    page.reload()
    expect(page.locator("article.ts-brief").first).to_be_visible()
    expect(page.get_by_role("button", name="移出备课")).to_have_count(1)
    expect(page.get_by_role("link", name="备课（2）")).to_be_visible()
    assert len(basket(page)) == 2

    page.get_by_role("link", name="比较", exact=True).click()
    page.get_by_role("link", name="辽宁省，工资支付与维权：1 条").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator("article.ts-hit").first).to_be_visible()
    settled(page)
    dialog.get_by_role("button", name="加入备课").first.click()
    expect(dialog.get_by_role("button", name="移出备课")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("link", name="备课（3）")).to_be_visible()
    expect(page).not_to_have_url(re.compile("open="))

    page.get_by_role("link", name="登记表", exact=True).click()
    drawer = open_first_row(page)
    drawer.get_by_role("button", name="加入备课").click()
    expect(drawer.get_by_role("button", name="移出备课")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="备课（4）")).to_be_visible()
    freed(page)
    assert len(basket(page)) == 4

    page.get_by_role("button", name="备课篮").click()
    inside = page.get_by_test_id("stPopoverBody")
    expect(inside.locator(".ts-lesson")).to_have_count(4)
    codes = inside.get_by_test_id("stCode")
    codes.first.get_by_role("button").click()
    citations = page.evaluate("navigator.clipboard.readText()")
    assert len(citations.splitlines()) == 4 and citations.startswith("《")
    codes.nth(1).get_by_role("button").click()
    texts = page.evaluate("navigator.clipboard.readText()")
    assert all(f"——{citation}" in texts for citation in citations.splitlines())
    inside.get_by_role("button", name="移出").last.click()
    expect(inside.locator(".ts-lesson")).to_have_count(3)
    inside.get_by_role("link", name="去备课 →").click()

    lessons = page.locator("[class*=st-key-lesson-]:not([class*=lesson-of]) .ts-lesson")
    expect(lessons).to_have_count(3)
    assert len(basket(page)) == 3
    page.get_by_role("radio", name="Markdown").click()
    download = page.get_by_role("button", name=re.compile("^下载 .*md"))
    expect(download).to_be_visible()
    with page.expect_download() as waiting:
        download.click()
    file = tmp_path / "pack.md"
    waiting.value.save_as(file)
    pack = file.read_text(encoding="utf-8")
    assert all(citation in pack for citation in citations.splitlines()[:3])


def test_one_step_back_is_one_page_back_and_keeps_what_was_chosen(page: Page) -> None:
    search(page, "工资专户代发")
    add(page)
    page.get_by_role("link", name="比较", exact=True).click()
    expect(page.locator("table.ts-matrix")).to_be_visible()
    settled(page)
    assert len(basket(page)) == 1
    page.go_back()
    expect(hits(page).first).to_be_visible()
    assert params(page)["q"] == ["工资专户代发"]
    cards(page).last.get_by_role("link", name="在文件中查看").click()
    expect(page.locator(".ts-current").first).to_be_visible()
    settled(page)
    add(page)
    page.go_back()
    expect(hits(page).nth(1)).to_be_visible()
    expect(page.get_by_role("button", name="移出备课")).to_have_count(2)
    settled(page)
    assert len(basket(page)) == 2


def test_another_tab_has_the_same_basket(page: Page) -> None:
    page.goto(f"/draft?draft={DRAFT}")
    expect(page.locator("article.ts-brief").first).to_be_visible()
    settled(page)
    add(page)
    with page.context.expect_page() as waiting:
        page.get_by_role("link", name="在文件中查看").first.click()
    other = waiting.value
    expect(other.locator(".ts-current").first).to_be_visible()
    expect(other.get_by_role("button", name="移出备课")).to_be_visible()
    assert basket(other) == basket(page)


def test_the_basket_fits_a_phone_and_can_be_read(page: Page, served: Served) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/?q=工资专户代发&basket=practice-list-1.5.1.2~.5.1.3~gone.1")
    expect(hits(page).first).to_be_visible()
    page.get_by_role("button", name="备课篮").click()
    inside = page.get_by_test_id("stPopoverBody")
    expect(inside.locator(".ts-lesson")).to_have_count(2)
    expect(inside).to_contain_text("有 1 条已不在库中")
    settled(page)
    assert overflow(page) <= 0
    assert page.evaluate(CONTRAST) == []
    box = inside.bounding_box()
    assert box and box["x"] >= 0 and box["x"] + box["width"] <= 390
    inside.get_by_role("button", name="去掉找不到的").click()
    expect(inside).not_to_contain_text("已不在库中")
    inside.get_by_role("button", name="全部清空").click()
    expect(inside).to_have_count(0)
    expect(page).not_to_have_url(re.compile("basket="))
