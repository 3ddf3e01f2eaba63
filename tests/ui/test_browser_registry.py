"""Drafting and the registry in a real browser against the real API and store."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import openpyxl
import pandas as pd
import pytest
from playwright.sync_api import Download, Locator, Page, expect

from tests.ui.conftest import Served
from tests.ui.test_browser import CONTRAST, overflow, params

pytestmark = pytest.mark.browser

DRAFT = (
    "第一条 施工总承包单位应当开设农民工工资专用账户，委托银行按月代发工资。\n"
    "第二条 项目主要管理人员连续3天未到岗的，由系统自动预警并通报。"
)
FIRST_ROW = {"x": 16, "y": 54}  # the box that selects it; the grid is a canvas


def settled(page: Page) -> None:
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")


def freed(page: Page) -> None:
    """Wait until nothing lies over the page: what is opened sooner would leave it inert."""
    settled(page)
    page.wait_for_function(
        "() => !document.querySelector('[data-testid=stMain]').closest('[inert]')"
    )


def grid(page: Page) -> Locator:
    return page.get_by_test_id("stDataFrame")


def open_first_row(page: Page) -> Locator:
    """Select the first row; its evidence."""
    expect(grid(page)).to_be_visible()
    settled(page)
    grid(page).click(position=FIRST_ROW)
    drawer = page.get_by_role("dialog")
    expect(drawer.locator(".ts-evidence")).to_be_visible()
    return drawer


def exported(page: Page, name: str, folder: Path) -> Path:
    """The table as a file of the format named."""
    page.get_by_test_id("stPopoverBody").get_by_text(name, exact=True).click()
    button = page.get_by_test_id("stDownloadButton").get_by_role("button")
    suffix = {"CSV": "csv", "Excel": "xlsx"}[name]
    expect(button).to_contain_text(f".{suffix}")
    settled(page)
    with page.expect_download() as waiting:
        button.click()
    download: Download = waiting.value
    path = folder / download.suggested_filename
    download.save_as(path)
    return path


def test_a_draft_finds_precedents_clause_by_clause(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name=re.compile("逐条找先例 →")).click()
    page.get_by_label("草稿（一条或多条）").fill(DRAFT)
    page.get_by_role("button", name="逐条找先例").click()
    clauses = page.locator(".ts-clause")
    expect(clauses).to_have_count(2)
    expect(clauses.first).to_contain_text("施工总承包单位应当开设")
    first = page.locator("[class*=st-key-clause-1]").first
    card = first.locator("article.ts-brief").filter(has_text="银行代发制度").first
    expect(card.locator(".ts-chip-region")).to_have_text("重庆市")
    card.locator("summary").click()
    expect(card.locator(".ts-text mark").first).to_be_visible()
    figures = first.locator(".ts-table")
    expect(figures.get_by_role("row").filter(has_text="重庆市").first).to_be_visible()
    expect(figures).to_contain_text("165.01亿元")
    assert params(page)["draft"] == [DRAFT]
    page.reload()
    expect(clauses).to_have_count(2)
    with page.context.expect_page() as opened:
        card.get_by_role("link", name="在文件中查看").click()
    expect(opened.value.locator(".ts-current").first).to_contain_text("银行代发制度")


def test_a_value_is_corrected_and_the_export_says_so(page: Page, tmp_path: Path) -> None:
    page.goto("/registry?table=indicators")
    page.get_by_test_id("stSidebar").get_by_role("combobox", name="地区").fill("重庆")
    page.get_by_role("option", name=re.compile("^重庆市（")).click()
    expect(page.locator(".ts-summary")).to_contain_text("1 个地区")
    shown = int(page.locator(".ts-summary b").inner_text())
    drawer = open_first_row(page)
    quote = drawer.locator(".ts-evidence mark").inner_text()
    row = params(page)["row"][0]
    drawer.get_by_text("更正", exact=True).click()
    drawer.get_by_role("combobox", name="更正哪一项").click()
    page.get_by_role("option", name="数值", exact=True).click()
    value = drawer.get_by_label("数值改为", exact=True)
    expect(value).to_have_value(re.compile(r"^[\d.]*$"))
    value.fill("4321.5")
    drawer.get_by_label("核对人").fill("核对员甲")
    drawer.get_by_role("button", name="更正并保存").click()
    expect(drawer.locator(".ts-notice-info")).to_contain_text("已更正并保存")
    expect(drawer.locator(".ts-chips").first).to_contain_text("已更正")
    expect(drawer.locator(".ts-list")).to_contain_text("核对员甲")
    drawer.get_by_role("button", name=re.compile("Close|关闭")).click()
    expect(drawer).to_have_count(0)
    page.wait_for_url(lambda address: "row=" not in address)
    freed(page)
    assert params(page)["region"] == ["500000"]

    page.get_by_role("button", name="导出").click()
    page.get_by_test_id("stPopoverBody").get_by_text("所有列", exact=True).click()
    expect(page.get_by_role("checkbox", name="所有列")).to_be_checked()
    settled(page)
    table = exported(page, "CSV", tmp_path)
    assert table.read_bytes().startswith(b"\xef\xbb\xbf")
    read = pd.read_csv(table)
    assert len(read) == shown
    corrected = read.set_index("id").loc[row]
    assert (corrected["value"], corrected["status"]) == (4321.5, "corrected")
    assert corrected["quote"] == quote
    sheet = openpyxl.load_workbook(exported(page, "Excel", tmp_path)).worksheets[0]
    settled(page)
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("stPopoverBody")).to_have_count(0)
    page.get_by_role("button", name="列与排序").click()
    expect(page.get_by_test_id("stPopoverBody")).to_contain_text("时点或时段")
    cells = [[cell.value for cell in line] for line in sheet.iter_rows()]
    assert any(row in line and 4321.5 in line for line in cells)


def test_the_file_is_what_is_shown(page: Page, tmp_path: Path, served: Served) -> None:
    page.goto(
        "/registry?table=indicators&kind=practice&sort=-value&column=subject&column=as.quantity"
    )
    find = page.get_by_label("在表中查找")
    find.fill("培训 人")
    find.press("Enter")
    page.wait_for_url("**find=*")
    settled(page)
    shown = int(page.locator(".ts-summary b").inner_text())
    assert 1 < shown < 30
    page.get_by_role("button", name="导出").click()
    read = pd.read_csv(exported(page, "CSV", tmp_path))
    query = {"kinds": "practice", "find": "培训 人", "sort": "-value", "limit": 1000}
    answer = httpx.get(f"{served.api}/v1/registry/indicators", params=query, trust_env=False)
    rows = answer.json()["rows"]
    assert len(read) == len(rows) == shown
    assert list(read["id"]) == [row["id"] for row in rows]
    assert list(read["subject"]) == [row["subject"] for row in rows]
    assert list(read.columns[:4]) == ["id", "subject", "comparator", "value"]
    values = list(read["value"].dropna())
    assert values == sorted(values, reverse=True)
    sheet = openpyxl.load_workbook(exported(page, "Excel", tmp_path)).worksheets[0]
    assert [line[0].value for line in sheet.iter_rows(min_row=2)] == list(read["id"])


def test_a_part_of_a_chart_lists_its_rows_and_their_evidence(page: Page) -> None:
    page.goto("/registry?view=charts")
    chart = page.get_by_test_id("stVegaLiteChart").first
    bar = chart.locator(".mark-rect path").first
    expect(bar).to_be_visible()
    settled(page)
    bar.click()
    listed = page.get_by_text("所点的色块中有")
    expect(listed).to_be_visible()
    drawer = open_first_row(page)
    expect(drawer.locator(".ts-chip-region").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(drawer).to_have_count(0)
    expect(listed).to_be_visible()


def test_the_registry_fits_a_phone_and_can_be_read(page: Page, served: Served) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    for address in (
        "/registry",
        "/registry?view=charts",
        "/registry?view=review",
        f"/draft?draft={DRAFT}",
    ):
        page.goto(address)
        expect(page.get_by_text("本页链接与接口调用")).to_be_visible()
        settled(page)
        assert overflow(page) <= 0, address
        assert page.evaluate(CONTRAST) == [], address
    page.goto("/registry?table=indicators")
    drawer = open_first_row(page)
    drawer.get_by_text("更正", exact=True).click()
    expect(drawer.get_by_label("改为")).to_be_visible()
    assert page.evaluate(CONTRAST) == []
    box = drawer.bounding_box()
    assert box and box["x"] >= 0 and box["x"] + box["width"] <= 390
