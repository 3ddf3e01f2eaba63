"""The pages in a real browser against the real API and store."""

from __future__ import annotations

import re
import socket
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.ui.conftest import Served
from tests.ui.double import Double, error, found, hit, running

pytestmark = pytest.mark.browser

QUERY = "工资专户代发"
TITLE = "全面推行农民工工资专户管理及银行代发制度"
BOX = "输入问题或关键词，例如：工资专户代发"


def hits(page: Page) -> Locator:
    return page.locator("article.ts-hit")


def cards(page: Page) -> Locator:
    """Hits with their links and buttons."""
    return page.locator("[class*=st-key-hit-]")


def search(page: Page, query: str) -> None:
    page.goto("/")
    box = page.get_by_placeholder(BOX)
    expect(page.get_by_text("本页链接与接口调用")).to_be_visible()
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
    box.fill(query)
    box.press("Enter")
    expect(hits(page).first).to_be_visible()
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")


def choose_region(page: Page, name: str) -> None:
    page.get_by_test_id("stSidebar").get_by_role("combobox", name="地区").click()
    page.get_by_role("option", name=re.compile(f"^{name}（")).click()


def params(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def overflow(page: Page) -> int:
    """Pixels by which the page is wider than its window."""
    return int(
        page.evaluate(
            """() => Math.max(document.documentElement.scrollWidth - window.innerWidth,
                ...[...document.querySelectorAll('[data-testid=stMain]')]
                    .map(main => main.scrollWidth - main.clientWidth))"""
        )
    )


def test_a_query_finds_the_right_practice_first(page: Page) -> None:
    elsewhere = []
    page.on(
        "request",
        lambda request: (
            elsewhere.append(request.url)
            if urlsplit(request.url).scheme.startswith(("http", "ws"))
            and urlsplit(request.url).hostname != "127.0.0.1"
            else None
        ),
    )
    page.goto("/")
    expect(page.locator(".ts-counts")).to_contain_text("83")
    page.evaluate("window.kept = true")
    box = page.get_by_placeholder(BOX)
    box.fill(QUERY)
    box.press("Enter")
    first = hits(page).first
    expect(first.locator("h3")).to_contain_text(TITLE)
    expect(first.locator(".ts-chip-region")).to_have_text("重庆市")
    expect(first.locator("mark").first).to_be_visible()
    expect(first.locator(".ts-path")).to_contain_text("推动制度建设防范拖欠")
    assert params(page) == {"q": [QUERY]}
    assert page.evaluate("window.kept") is True, "the page was loaded anew"
    assert elsewhere == []


def test_a_region_filter_leaves_only_that_region_and_has_a_link(page: Page) -> None:
    search(page, "建筑工人培训")
    choose_region(page, "广东省")
    chips = page.locator(".ts-chip-region")
    expect(page.locator(".ts-chip-region", has_not_text="广东省")).to_have_count(0)
    expect(chips.first).to_be_visible()
    assert params(page)["region"] == ["440000"]
    shown = chips.all_inner_texts()
    assert shown and all(name.startswith("广东省") for name in shown)
    page.goto(page.url)
    expect(chips).to_have_text(shown)
    page.get_by_test_id("stSidebar").get_by_role("button", name="清除筛选").click()
    expect(page.locator(".ts-chip-region", has_not_text="广东省").first).to_be_visible()
    assert "region" not in params(page)


def test_a_practice_opens_in_its_document_and_back(page: Page) -> None:
    search(page, QUERY)
    cards(page).first.get_by_role("link", name="在文件中查看").click()
    current = page.locator(".ts-document .ts-current")
    expect(current.first).to_contain_text("银行代发制度")
    opened = page.url
    assert "/practice" in opened and params(page)["q"] == [QUERY]
    page.get_by_role("button", name="下一条 →").click()
    expect(page.locator("article.ts-hit h2")).not_to_contain_text(TITLE)
    onward = page.url
    assert onward != opened
    page.reload()
    expect(page.locator(".ts-current").first).to_be_visible()
    assert page.url == onward
    page.get_by_role("button", name="← 上一条").click()
    expect(page.locator("article.ts-hit h2")).to_contain_text(TITLE)
    page.get_by_text("相似做法", exact=True).click()
    expect(page.locator("article.ts-hit h3").first).to_be_visible()
    page.get_by_role("link", name="← 返回检索结果").click()
    expect(hits(page).first.locator("h3")).to_contain_text(TITLE)
    expect(page.get_by_placeholder(BOX)).to_have_value(QUERY)
    page.go_back()
    expect(page.locator("article.ts-hit h2")).to_contain_text(TITLE)


def test_the_citation_and_the_text_are_copied(page: Page) -> None:
    search(page, QUERY)
    cards(page).first.get_by_role("button", name="引用").click()
    copied = []
    for place in range(2):
        code = page.get_by_test_id("stPopoverBody").get_by_test_id("stCode").nth(place)
        button = code.get_by_role("button")
        expect(button).to_be_visible()
        button.click()
        page.wait_for_function(
            "async seen => await navigator.clipboard.readText() !== seen",
            arg=copied[-1] if copied else "",
        )
        copied.append(page.evaluate("navigator.clipboard.readText()"))
    citation, whole = copied
    assert "培育新时代建筑产业工人可复制经验做法清单" in citation
    assert whole.endswith("——" + citation) and "165.01" in whole


def test_long_texts_unfold_without_asking_again(page: Page) -> None:
    search(page, "建筑工人培训")
    folded = page.locator(".ts-fold").first
    rest = folded.locator(".ts-text")
    expect(rest).to_be_hidden()
    folded.locator("summary").click()
    expect(rest).to_be_visible()
    expect(folded.locator("summary .ts-close")).to_be_visible()


def test_what_nobody_has_done_is_said(page: Page) -> None:
    search(page, "月球采矿飞船票价")
    expect(page.locator(".ts-notice-warn")).to_contain_text("未找到先例")
    expect(page.locator(".ts-chip-weak").first).to_be_visible()


def test_a_phone_shows_everything_without_scrolling_sideways(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/")
    expect(page.locator(".ts-counts")).to_be_visible()
    assert overflow(page) <= 0
    search(page, "建筑工人培训")
    assert overflow(page) <= 0
    page.get_by_test_id("stExpandSidebarButton").click()
    page.wait_for_function(  # it slides in
        "document.querySelector('[data-testid=stSidebar]').getBoundingClientRect().x >= 0"
    )
    choose_region(page, "广东省")
    page.keyboard.press("Escape")
    page.get_by_test_id("stSidebarCollapseButton").get_by_role("button").click()
    expect(page.locator(".ts-chip-region", has_not_text="广东省")).to_have_count(0)
    assert overflow(page) <= 0
    cards(page).first.get_by_role("link", name="在文件中查看").click()
    expect(page.locator(".ts-current").first).to_be_visible()
    assert overflow(page) <= 0


CONTRAST = """() => {
  const parse = text => (text.match(/[\\d.]+/g) || [0, 0, 0, 0]).map(Number);
  const over = (top, under) => {
    const alpha = top.length > 3 ? top[3] : 1;
    return [0, 1, 2].map(i => top[i] * alpha + under[i] * (1 - alpha));
  };
  const luminance = colour => {
    const [r, g, b] = colour.map(v => v / 255)
      .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const background = element => {
    const layers = [];
    for (let e = element; e; e = e.parentElement)
      layers.push(parse(getComputedStyle(e).backgroundColor));
    return layers.reverse().reduce((under, top) => over(top, under), [255, 255, 255]);
  };
  const poor = new Set();
  const walker = document.createTreeWalker(document.querySelector('.stApp'), NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    const seen = element.checkVisibility({opacityProperty: true, visibilityProperty: true});
    if (!seen || !node.data.trim()) continue;
    if (element.closest('[aria-hidden=true], style, script, :disabled')) continue;
    const under = background(element);
    const [light, dark] = [over(parse(getComputedStyle(element).color), under), under]
      .map(luminance).sort((a, b) => b - a);
    if ((light + 0.05) / (dark + 0.05) < 4.5) poor.add(node.data.trim().slice(0, 40));
  }
  return [...poor];
}"""


def test_a_service_that_comes_up_is_noticed_without_a_click(
    lone_page: Page, ui_alone: Served
) -> None:
    lone_page.goto(f"/?q={QUERY}")
    expect(lone_page.locator(".ts-notice-error")).to_contain_text("现在连不上服务")
    loading = 503, error("not_ready", "正在载入资料库和模型")
    double = Double({("GET", "/readyz"): loading, ("POST", "/v1/search"): loading})
    with running(double, urlsplit(ui_alone.api).port or 0):
        lone_page.get_by_role("button", name="立即重试").click()
        expect(lone_page.locator(".ts-notice-wait")).to_contain_text("正在载入资料库和模型")
        double.answers["POST", "/v1/search"] = 200, found(hit())
        double.answers["GET", "/readyz"] = 200, {"status": "ready"}
        expect(hits(lone_page).first).to_be_visible()
        assert double.paths("/v1/search") == ["/v1/search"] * 2


@pytest.mark.parametrize(
    ("host", "origin", "status"),
    [("127.0.0.1", "http://127.0.0.1", 101), ("evil.example", "http://evil.example", 403)],
)
def test_another_site_cannot_work_the_pages(
    served: Served, host: str, origin: str, status: int
) -> None:
    port = urlsplit(served.ui).port or 0
    request = (
        f"GET /_stcore/stream HTTP/1.1\r\nHost: {host}:{port}\r\nOrigin: {origin}:{port}\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        connection.sendall(request.encode())
        assert connection.recv(64).startswith(f"HTTP/1.1 {status} ".encode())


@pytest.mark.parametrize("address", ["/", f"/?q={QUERY}", "/?q=月球采矿飞船票价"])
def test_text_on_the_page_can_be_read(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.get_by_text("本页链接与接口调用")).to_be_visible()
    page.get_by_text("本页链接与接口调用").click()
    expect(page.get_by_text("得到同样数据的接口调用")).to_be_visible()
    assert page.evaluate(CONTRAST) == []
