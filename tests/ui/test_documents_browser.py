"""文档 in a real browser against the real API: look, store, find, read the report, delete."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.ui.conftest import Served
from tests.ui.test_browser import CONTRAST, cards, hits, overflow, search

pytestmark = pytest.mark.browser

LIST = """月球用工可复制经验做法清单

序号\t工作任务\t主要举措\t经验做法
一\t完善月球用工管理\t（一）推行月球实名制\t1. 重庆市推行月球刷脸考勤。在出入口装设备。
\t\t\t2. 有省推行月球电子合同。逐人签订。

联系人：王某
"""
TITLE = "月球用工可复制经验做法清单"
# What a document could bring with it, were it taken for HTML, Markdown or LaTeX.
OURS = "[data-jump], [data-part], [data-carry]"
INJECTED = (
    f"img[onerror], script:not({OURS}), a[href^=javascript], .katex, [onclick], [href*=example]"
)


@pytest.fixture(autouse=True)
def as_before(served: Served) -> Iterator[None]:
    """What a test stored and, failing, did not delete is deleted."""
    with httpx.Client(base_url=served.api, trust_env=False) as http:
        before = {one["id"] for one in http.get("/v1/documents").json()["documents"]}
        yield
        for one in http.get("/v1/documents").json()["documents"]:
            if one["id"] not in before:
                http.delete(f"/v1/documents/{one['id']}")


def choose(page: Page, *files: Path) -> None:
    page.goto("/documents")
    page.get_by_text("上传文件", exact=True).click()
    page.locator("input[type=file]").set_input_files(files)


def state(preview: Locator, field: str, words: str) -> None:
    """Say of a file what it does not say itself; by the keyboard, since the fold still opens."""
    preview.get_by_text("补充文件信息（可不填）").click()
    preview.get_by_label(field).fill(words)
    preview.get_by_label(field).press("Enter")


def listed(page: Page, title: str) -> Locator:
    return page.locator("[class*=st-key-document-]").filter(has_text=title)


def report_of(page: Page, title: str) -> None:
    page.goto("/documents")
    listed(page, title).get_by_role("link", name="解析结果与原文").click()
    expect(page.locator("article.ts-hit h2")).to_contain_text(title)


def remove(page: Page, title: str) -> None:
    report_of(page, title)
    page.get_by_role("button", name="删除这份文件").click()
    page.get_by_role("button", name="确认删除").click()
    expect(page.locator(".ts-notice-info")).to_contain_text("已删除")
    expect(listed(page, title)).to_have_count(0)


def unfold(page: Page, labels: Sequence[str]) -> None:
    for label in labels:
        fold = page.get_by_test_id("stExpander").filter(has_text=label).first
        fold.locator("summary").first.press("Enter")  # folds above it may still be opening
        expect(fold.get_by_test_id("stExpanderDetails").first).to_be_visible()


def titles(served: Served) -> list[str]:
    answer = httpx.get(f"{served.api}/v1/documents", trust_env=False).json()
    return [document["title"] for document in answer["documents"]]


def test_the_operator_s_job_from_a_file_to_its_end(
    page: Page, served: Served, tmp_path: Path
) -> None:
    source = tmp_path / "清单.txt"
    source.write_text(LIST, encoding="utf-8")
    before = titles(served)

    choose(page, source)
    preview = page.locator(".st-key-preview-0")
    expect(preview.locator("h2")).to_have_text(TITLE)
    for label, count in (("工作任务", "1"), ("主要举措", "1"), ("经验做法", "2"), ("存疑", "1")):
        tile = preview.locator(".ts-counts > div").filter(has_text=label)
        expect(tile.locator("dd")).to_contain_text(count)
    beside = preview.locator(".ts-beside")
    expect(beside.locator("mark")).to_have_text("有省")
    expect(beside.locator(".ts-excerpt")).to_contain_text("有省推行月球电子合同")
    expect(preview.locator("article h4").first).to_contain_text("推行月球刷脸考勤")
    assert titles(served) == before, "a preview stores nothing"

    state(preview, "来源网址", "https://example.gov.cn/moon")
    expect(preview.get_by_role("link", name="https://example.gov.cn/moon")).to_be_visible()

    page.get_by_role("button", name="入库", exact=True).click()
    expect(page.locator(".ts-notice-info")).to_contain_text(f"《{TITLE}》已入库。")
    expect(listed(page, TITLE)).to_have_count(1)
    assert sorted(titles(served)) == sorted([*before, TITLE])

    page.get_by_role("link", name="查看解析结果").click()
    expect(page.locator(".ts-beside mark")).to_have_text("有省")
    unfold(page, ["未入条目的文字"])
    expect(page.locator(".ts-list .ts-text")).to_have_text("联系人：王某")
    with page.context.expect_page() as opened:
        page.locator(".ts-beside").get_by_role("link").click()
    practice = opened.value
    expect(practice.locator(".ts-current").first).to_contain_text("推行月球电子合同")
    practice.close()

    search(page, "月球刷脸考勤")
    expect(hits(page).first).to_contain_text("重庆市推行月球刷脸考勤")

    report_of(page, TITLE)
    page.get_by_role("button", name="删除这份文件").click()
    expect(page.locator(".ts-notice-warn")).to_contain_text("会一并删除：经验做法 2 条")
    page.get_by_role("button", name="取消").click()
    expect(page.get_by_role("button", name="确认删除")).to_have_count(0)
    assert TITLE in titles(served)
    remove(page, TITLE)
    assert titles(served) == before


def test_files_that_cannot_be_taken_say_why_and_the_others_are_stored(
    page: Page, served: Served, tmp_path: Path
) -> None:
    good = tmp_path / "好.txt"
    good.write_text(LIST, encoding="utf-8")
    bad = {
        "空.txt": (b"", "空文件"),
        "扫描.pdf": (b"%PDF-1.7\n1 0 obj\n", "先做文字识别"),
        "乱码.txt": ("一、目标".encode() + b"\xff\xfe\x81" * 60, "另存为 UTF-8"),
        "随笔.txt": ("今天天气很好。".encode(), "请确认它是可复制经验做法清单"),
    }
    for name, (data, _) in bad.items():
        (tmp_path / name).write_bytes(data)
    choose(page, *(tmp_path / name for name in bad), good)
    for place, (_, hint) in enumerate(bad.values()):
        expect(page.locator(f".st-key-preview-{place} .ts-notice-error")).to_contain_text(hint)
    expect(page.locator(".ts-notice-warn").first).to_contain_text("4 份不能入库")
    assert page.evaluate(CONTRAST) == []
    page.get_by_role("button", name="入库", exact=True).click()
    expect(page.locator(".ts-notice-info").first).to_contain_text(f"《{TITLE}》已入库。")
    remove(page, TITLE)


def test_a_file_that_is_too_large_is_not_sent(page: Page, tmp_path: Path) -> None:
    large = tmp_path / "大.txt"
    large.write_bytes(b"x" * (21 * 2**20))
    choose(page, large)
    expect(page.locator("[data-testid=stFileChip][aria-invalid=true]")).to_be_visible()
    said = "getComputedStyle(document.querySelector('[data-testid=stFileUploader]'), '::after')"
    assert "超过上限" in page.evaluate(f"{said}.content")
    assert page.get_by_role("button", name="入库", exact=True).count() == 0


def test_a_taken_number_and_a_file_that_is_there_are_said(page: Page, tmp_path: Path) -> None:
    source = tmp_path / "清单.txt"
    source.write_text(LIST, encoding="utf-8")
    choose(page, source)
    page.get_by_role("button", name="入库", exact=True).click()
    expect(page.locator(".ts-notice-info")).to_contain_text("已入库")

    choose(page, source)
    preview = page.locator(".st-key-preview-0")
    expect(preview.locator(".ts-notice-info")).to_contain_text("这份文件已在库中")
    state(preview, "编号", "another-number")
    expect(preview.locator(".ts-notice-error")).to_contain_text("同一个文件已经入库")
    expect(preview.locator(".ts-notice-error")).to_contain_text("不必再次上传")

    source.write_text(LIST.replace("刷脸", "刷卡"), encoding="utf-8")
    choose(page, source)
    expect(preview.locator(".ts-notice-warn")).to_contain_text("库中已有同名文件")
    state(preview, "编号", "practice-list-2")
    expect(preview.locator(".ts-notice-warn")).to_contain_text("入库会用这份替换它")
    remove(page, TITLE)


# Tags that the reader takes for markup go; what is written as entities comes out as tags.
HOSTILE = r"""关于月球工资代发的实施方案

一、月球工资 :red[代发] $$x^2$$

（一）推行 **月球** 工资代发 <b onclick="window.hit=1">粗</b>

各单位按月代发。&lt;img src=x onerror="window.hit=1"&gt;&lt;script&gt;window.hit=1&lt;/script&gt;
见 [点我](javascript:window.hit=1) 与 :material/home:
和 $\frac{1}{2}$ 及 ![图](https://example.com/x.png)。

（二）月球 `通报` ~~制度~~

按季度通报月球工资代发情况，&lt;a href="javascript:window.hit=1"&gt;详情&lt;/a&gt;。
"""


def test_a_hostile_document_is_taken_in_shown_harmlessly_and_removed(
    page: Page, tmp_path: Path
) -> None:
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("dialog", lambda dialog: errors.append(dialog.message))
    source = tmp_path / "hostile.txt"
    source.write_text(HOSTILE, encoding="utf-8")
    choose(page, source)
    expect(page.locator("article h4").filter(has_text="推行**月球**")).to_be_visible()
    assert page.get_by_test_id("stMain").locator(INJECTED).count() == 0
    page.get_by_role("button", name="入库", exact=True).click()
    expect(page.locator(".ts-notice-info")).to_contain_text(
        "《关于月球工资代发的实施方案》已入库。"
    )

    search(page, "月球工资代发")
    expect(hits(page).filter(has_text="**月球**").first).to_contain_text("<script>window.hit=1")
    expect(hits(page).filter(has_text="~~制度~~").first).to_contain_text("</a>")
    assert hits(page).locator("a, img, script, i, .katex").count() == 0
    card = cards(page).filter(has_text="**月球**").first
    card.get_by_role("link", name="在文件中查看").click()
    expect(page.locator(".ts-current").first).to_contain_text("**月球**")
    assert page.locator(".ts-document").locator("a, img, script, i, .katex").count() == 0
    assert page.evaluate("window.hit === undefined")

    remove(page, "月球工资代发")
    assert errors == []


HOSTILE_LIST = r"""关于**月球**用工的 [点我](javascript:window.hit=1) 清单 $$x^2$$

序号	工作任务	主要举措	经验做法
一	:red[月球] &lt;script&gt;window.hit=1&lt;/script&gt;	（一）~~推行~~ $\frac{1}{2}$	1. 有省<script>window.hit=1</script>推行月球考勤&lt;img src=x onerror="window.hit=1"&gt;。见 ![图](https://example.com/x.png) :material/home:。
			2. [东省](javascript:window.hit=1)推行“月球合同。逐人签订。
"""  # fmt: skip


def test_a_hostile_list_is_reported_harmlessly(page: Page, tmp_path: Path) -> None:
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("dialog", lambda dialog: errors.append(dialog.message))
    source = tmp_path / "**x** [a](javascript:window.hit=1).txt"
    source.write_text(HOSTILE_LIST, encoding="utf-8")
    choose(page, source)
    preview = page.locator(".st-key-preview-0")
    expect(preview.locator("h2")).to_contain_text("**月球**用工的[点我]")
    expect(preview.locator(".ts-beside mark").filter(has_text="[东省](java")).to_have_count(2)
    state(preview, "发文机关", "<script>window.hit=1</script>[a](javascript:window.hit=1)")
    expect(preview.locator(".ts-facts")).to_contain_text("<script>window.hit=1</script>[a]")
    assert page.get_by_test_id("stMain").locator(INJECTED).count() == 0
    page.get_by_role("button", name="入库", exact=True).click()
    expect(page.locator(".ts-notice-info")).to_contain_text("$$x^2$$》已入库。")
    for address in ("/documents", "/help"):
        page.goto(address)
        expect(page.get_by_text("$$x^2$$").first).to_be_visible()
        assert page.get_by_test_id("stMain").locator(INJECTED).count() == 0
    report_of(page, "**月球**")
    unfold(page, ["目录", "整理", "未入条目的文字", "原文（"])
    page.get_by_role("button", name="删除这份文件").click()
    expect(page.locator(".ts-notice-warn")).to_contain_text("**月球**")
    assert page.get_by_test_id("stMain").locator(INJECTED).count() == 0
    page.set_viewport_size({"width": 390, "height": 844})
    assert overflow(page) <= 0
    assert page.evaluate("window.hit === undefined")
    remove(page, "**月球**")
    assert errors == []


@pytest.mark.parametrize("width", [390, 1280])
def test_a_report_can_be_read_at_any_width(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.goto("/documents")
    expect(page.get_by_text("服务正常")).to_be_visible()
    assert overflow(page) <= 0 and page.evaluate(CONTRAST) == []
    page.goto("/document?document=practice-list-2")
    expect(page.locator(".ts-beside").first).to_be_visible()
    unfold(page, ["目录", "修复：", "整理", "没有做法的举措", "未入条目的文字", "原文（"])
    page.get_by_role("button", name="删除这份文件").click()
    expect(page.locator(".ts-notice-warn")).to_contain_text("从中读出的登记表")
    page.get_by_text("本页链接与接口调用").click()
    expect(page.get_by_text("得到同样数据的接口调用")).to_be_visible()
    assert overflow(page) <= 0 and page.evaluate(CONTRAST) == []
    note = page.locator(".ts-beside").first
    left, right = note.locator("> div"), note.locator("blockquote")
    one, other = left.bounding_box(), right.bounding_box()
    assert one and other and (one["y"] == other["y"]) == (width == 1280), "beside, or below"
