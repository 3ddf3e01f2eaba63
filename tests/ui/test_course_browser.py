"""The page 备课 in a real browser against the real API: choose, order, download, read back."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest
from playwright.sync_api import Page, expect

from tests.ui.test_browser import overflow, params

pytestmark = pytest.mark.browser

CHONGQING = "重庆市｜全面推行农民工工资专户管理及银行代发制度"


def test_choose_order_download_and_read_back(page: Page, tmp_path: Path) -> None:
    page.goto("/?q=工资专户代发")
    hits = page.locator("article.ts-hit")
    expect(hits.first).to_be_visible()
    page.get_by_role("button", name="加入备课").nth(1).click()
    expect(page.get_by_role("button", name="移出备课")).to_have_count(1)
    page.get_by_role("button", name="加入备课").first.click()
    expect(page.get_by_role("button", name="移出备课")).to_have_count(2)
    page.get_by_role("link", name="备课（2）").click()

    lessons = page.locator(".ts-lesson")
    expect(lessons).to_have_count(2)
    assert params(page)["basket"][0].count("~") == 1
    first, second = lessons.all_inner_texts()
    page.get_by_role("button", name="↓").first.click()
    expect(lessons.first).to_contain_text(second.partition(" ")[2].split("\n")[0][:12])
    title = page.get_by_label("标题")
    title.fill("工资保障专题")
    title.press("Enter")
    page.wait_for_url("**title=*")
    assert overflow(page) == 0

    page.get_by_role("radio", name="Word").click()
    download = page.get_by_role("button", name="下载 工资保障专题.docx")
    expect(download).to_be_visible()
    with page.expect_download() as waiting:
        download.click()
    file = tmp_path / waiting.value.suggested_filename
    assert file.name == "工资保障专题.docx"
    waiting.value.save_as(file)
    document = docx.Document(str(file))
    lines = [line.text for line in document.paragraphs]
    assert "工资保障专题" in lines
    headings = [line.text for line in document.paragraphs if line.style.name == "Heading 2"][:2]
    assert any(CHONGQING in heading for heading in headings)
    assert headings[0].startswith("1. ") and headings[0][3:8] in second
    assert headings[1].startswith("2. ") and headings[1][3:8] in first
    assert document.tables and any("97%" in line for line in lines)


def test_the_address_alone_brings_the_pack_back_with_its_questions(page: Page) -> None:
    page.goto("/course?basket=practice-list-1.5.1.2&view=questions")
    expect(page.get_by_text("重庆市的工资专户开户率达到多少？")).to_be_visible()
    answer = page.locator("details", has_text="工资专户开户率达97%").first
    answer.locator("summary").click()
    expect(answer.get_by_text("97%", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="备课")).to_be_visible()
