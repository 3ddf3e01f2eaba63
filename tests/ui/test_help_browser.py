"""帮助 in a real browser: its links lead where they say, and it can be read and printed."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.ui.conftest import Served
from tests.ui.test_browser import CONTRAST, overflow
from ui.help_text import JOBS, SECTIONS

pytestmark = pytest.mark.browser

# What an example must show on the shipped corpus.
SHOWS = {
    "search": ("article.ts-hit", "银行代发"),
    "draft": (".ts-clause", "农民工工资专用账户"),
    "compare": (".ts-sides", "广东省"),
    "course": (".ts-lesson", "工资专户"),
    "registry": (".ts-summary", "行"),
    "documents": (".ts-beside", "实名制管"),
}


def opened(page: Page, address: str = "/help") -> None:
    page.goto(address)
    expect(page.locator(".ts-sources > li").first).to_be_visible()


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.page)
def test_an_example_works_on_the_shipped_corpus(page: Page, job: type) -> None:
    opened(page)
    page.get_by_role("button" if job.basket else "link", name=f"看例子：{job.example}").click()
    where, words = SHOWS[job.page]
    expect(page.locator(where).filter(has_text=words).first).to_be_visible()
    assert page.locator(".ts-notice-error, .ts-notice-warn").count() == 0
    opened(page)
    page.get_by_role("link", name=f"打开{job.name} →").click()
    page.wait_for_url(lambda url: "/help" not in url)
    expect(page.get_by_role("link", name=job.name).first).to_be_visible()


def test_the_contents_lead_to_the_parts_and_so_does_an_address(page: Page) -> None:
    opened(page)
    page.evaluate("window.kept = true")
    for name, title in SECTIONS.items():
        page.locator(".ts-contents").get_by_role("link", name=title).click()
        expect(page.locator(f"h2#{name}")).to_be_in_viewport()
    assert page.evaluate("window.kept") is True
    opened(page, "/help#trouble")
    expect(page.locator("h2#trouble")).to_be_in_viewport()


def test_documents_are_those_the_api_lists(page: Page) -> None:
    opened(page)
    sources = page.locator(".ts-sources > li")
    expect(sources.filter(has_text="江门市住房和城乡建设局")).to_contain_text("2023-08-08")
    with page.context.expect_page() as waiting:
        sources.first.get_by_role("link").click()
    expect(waiting.value.locator("article.ts-hit h2")).to_be_visible()


@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_can_be_read_at_any_width(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    opened(page)
    assert overflow(page) <= 0
    page.get_by_text("本页链接与接口调用", exact=True).click()
    expect(page.get_by_text("得到同样数据的接口调用")).to_be_visible()
    assert overflow(page) <= 0 and page.evaluate(CONTRAST) == []


def test_on_paper_there_is_all_of_it_and_nothing_to_press(page: Page) -> None:
    opened(page)
    assert page.pdf().count(b"/Type /Page\n") > 2
    page.emulate_media(media="print")
    expect(page.get_by_test_id("stPageLink").first).to_be_hidden()
    expect(page.locator(".ts-contents")).to_be_hidden()
    expect(page.locator(".ts-sources > li").first).to_be_visible()


def test_all_but_the_documents_is_there_without_an_api(lone_page: Page, ui_alone: Served) -> None:
    lone_page.goto("/help")
    expect(lone_page.locator(".ts-notice-error")).to_contain_text("tashan serve")
    for name in SECTIONS:
        expect(lone_page.locator(f"h2#{name}")).to_be_visible()
    assert lone_page.evaluate(CONTRAST) == []
