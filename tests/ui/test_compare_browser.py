"""The page 比较 in a real browser against the real API and store."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.ui.test_browser import CONTRAST, overflow, params

pytestmark = pytest.mark.browser


def choose(page: Page, name: str, adcode: str) -> None:
    box = page.get_by_role("combobox", name="地区")
    box.click()
    box.fill(name)
    page.get_by_role("option", name=re.compile(f"{name}（")).click()
    page.keyboard.press("Escape")
    page.wait_for_url(f"**region={adcode}*")


def test_two_regions_a_matrix_a_cell_and_its_evidence(page: Page) -> None:
    page.goto("/compare")
    matrix = page.locator("table.ts-matrix")
    expect(matrix).to_be_visible()
    choose(page, "广东省", "440000")
    choose(page, "上海市", "310000")
    heads = matrix.locator("thead th")
    expect(heads).to_have_count(3)
    expect(heads.nth(1)).to_contain_text("上海市")
    expect(heads.nth(2)).to_contain_text("广东省")
    assert params(page)["region"] == ["440000", "310000"]
    page.evaluate("window.kept = true")

    cell = page.get_by_role("link", name="上海市，实名制与信息化：")
    count = int(cell.inner_text())
    cell.click()
    dialog = page.get_by_role("dialog")
    own = dialog.locator("article.ts-hit")
    expect(own.first).to_be_visible()
    expect(own.nth(count - 1)).to_be_visible()
    expect(own.first.locator(".ts-chip-region")).to_have_text("上海市")
    assert params(page)["open"] == ["cell.310000.real-name"]
    assert page.evaluate("window.kept") is True, "the page was loaded anew"
    title = own.first.locator("h3").inner_text()

    dialog.get_by_role("link", name="在文件中查看").first.click()
    expect(page.locator("article.ts-hit h2")).to_have_text(title)
    page.go_back()
    expect(page.get_by_role("dialog").locator("article.ts-hit h3").first).to_have_text(title)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page).not_to_have_url(re.compile("open="))
    expect(matrix).to_be_visible()

    page.get_by_text("并排", exact=True).click()
    sides = page.locator(".ts-sides")
    expect(sides.first.locator("thead th")).to_have_count(2)
    expect(sides.filter(has_text="牵头").first).to_be_visible()


def test_the_tiles_of_a_theme_open_a_province(page: Page) -> None:
    page.goto("/compare?view=map")
    tiles = page.get_by_role("list", name="各省条数：全部主题")
    expect(tiles.get_by_role("link", name="广东省：")).to_be_visible()
    box = page.get_by_role("combobox", name="主题")
    box.click()
    box.fill("工资支付与维权")
    page.get_by_role("option", name=re.compile("工资支付与维权（")).click()
    page.keyboard.press("Escape")
    page.wait_for_url("**theme=wage-protection*")
    tiles = page.get_by_role("list", name="各省条数：“工资支付与维权”")
    expect(tiles).to_be_visible()
    expect(tiles.get_by_role("listitem").filter(has_text="北京")).to_have_text("北京0 条")
    tile = tiles.get_by_role("link", name="湖南省：")
    count = int(tile.locator("b").inner_text())
    tile.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator("article.ts-hit")).to_have_count(count)
    for region in dialog.locator(".ts-chip-region").all():
        expect(region).to_contain_text("湖南省")


VIEWS = [
    "/compare",
    "/compare?level=city&depth=lower",
    "/compare?region=广东&region=上海&view=side&depth=lower",
    "/compare?region=江门&view=gaps&depth=lower",
    "/compare?view=map",
]


@pytest.mark.parametrize("address", VIEWS)
def test_every_view_can_be_read_and_fits_a_phone(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.get_by_text("本页链接与接口调用")).to_be_visible()
    assert page.evaluate(CONTRAST) == []
    assert overflow(page) <= 0
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.get_by_text("本页链接与接口调用")).to_be_visible()
    assert overflow(page) <= 0
