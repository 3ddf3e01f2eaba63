"""What names and words on government pages tell: content containers, widgets, page furniture."""

from __future__ import annotations

import re
from collections.abc import Mapping

Attributes = Mapping[str, str | None]


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _reasons(table: Mapping[str, str]) -> dict[str, str]:
    return {name: reason for reason, listed in table.items() for name in listed.split()}


# Names that content systems give the element holding the article, and only to it.
CONTAINERS = _names(
    "ucap-content pages_content trs_editor trs_ueditor trs_editor_view trs_paper_default zoom "
    "vsb_content v_news_content wp_articlecontent js_content rich_media_content article-content "
    "articlecontent article_content article-body article_con articlecon arti_content xxgk_content "
    "news_content newscontent news-content bt_content art_con detail_content detail-content "
    "contenttext conttxt custom_unionstyle"
)
# Names often given to a wrapper that holds more than the article.
WRAPPERS = _names("article articlebox main main-content maincontent main_content content con")
TITLE_NAMES = _names(
    "title tit bt biaoti headline arttitle article-title article_title articletitle arti_title "
    "xxgk_title pages-title news_title newstitle content_title ucaptitle"
)

# Furniture by a whole name, and by one word of a name ("nav" of "top-nav" or "topNav").
FURNITURE_NAMES = _reasons(
    {
        "header": "header top topbar banner logo head toubu",
        "footer": "foot bottom dibu",
        "breadcrumb": "position location weizhi dqwz bread mbx curpos",
        "share or print widget": "print printer qr ewm fx fenxiang",
        "related links": "xgxx xglj xgwj xgyd xgnews xgwz xgjd yqlj friendlink friendlinks",
        "navigation": "dh daohang",
        "advertisement": "piaochuang guanggao",
    }
)
FURNITURE_WORDS = _reasons(
    {
        "navigation": "nav navbar navigation menu submenu topnav",
        "breadcrumb": "breadcrumb breadcrumbs crumb crumbs",
        "footer": "footer copyright",
        "share or print widget": "share bdshare bshare jiathis addthis qrcode erweima fontsize",
        "related links": "related relate recommend",
        "sidebar": "sidebar",
        "form control": "search searchbox login",
        "pagination": "pagination pager pagebar",
        "advertisement": "ads advert advertisement",
    }
)
ROLES = {
    "navigation": "navigation",
    "banner": "header",
    "contentinfo": "footer",
    "search": "form control",
    "complementary": "sidebar",
}
WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)


def names(attrs: Attributes) -> list[str]:
    """The element's class names and id."""
    return [*(attrs.get("id") or "").split(), *(attrs.get("class") or "").split()]


def container_rank(attrs: Attributes) -> int:
    """2 for a name that only the article's container has, 1 for a wrapper's, else 0."""
    lowered = {name.lower() for name in names(attrs)}
    if lowered & CONTAINERS:
        return 2
    return 1 if lowered & WRAPPERS else 0


def names_title(attrs: Attributes) -> bool:
    """Whether the element is named as the article's title."""
    return any(name.lower() in TITLE_NAMES for name in names(attrs))


def furniture_reason(attrs: Attributes) -> str:
    """Why the element's names, role or style suggest that it is furniture; empty where not."""
    if role := ROLES.get((attrs.get("role") or "").lower()):
        return role
    if "hidden" in attrs or HIDDEN.search(attrs.get("style") or ""):
        return "hidden"
    for name in names(attrs):
        if reason := FURNITURE_NAMES.get(name.lower()):
            return reason
        for word in WORD.findall(name):
            if reason := FURNITURE_WORDS.get(word.lower()):
                return reason
    return ""


# Furniture by its own words. All patterns are matched against text without white space.
RELATED_HEADING = re.compile(
    r"[【\[]?(?:相关(?:稿件|链接|文章|新闻|阅读|信息|报道|资讯|推荐|解读|专题|文档|内容)"
    r"|(?:推荐|延伸|扩展)阅读|猜你喜欢|热门(?:文章|推荐|新闻)|友情链接)[】\]]?[:：]?(?:更多)?[>》]*"
)
_BUTTON = (
    r"[\[【(（]?(?:字体|字号|大|中|小|打印(?:本页|文章|正文|此页)?|关闭(?:窗口|本页)?|(?:加入)?收藏"
    r"(?:本页)?|分享(?:到|至)?|(?:新浪)?微博|微信(?:好友)?|QQ(?:空间|好友)?|朋友圈|复制链接|纠错"
    r"|我要纠错|返回(?:顶部|首页|列表|上一页)?|听全文|朗读|A[+-]?|T)[\]】)）]?"
)
_WIDGET = re.compile(
    rf"(?:{_BUTTON}[:：|｜/、,，]*)+|分享(?:到|至)[:：].*"
    r"|(?:请?用?(?:微信|手机|QQ))?[“\"]?扫一扫[”\"]?(?:[，,！!]|在?手机(?:上|端)?|用?微信|分享|关注|打开|浏览"
    r"|查看|访问|阅读|当前页面?|本页|此页|页面|网页|二维码|公众号|朋友圈|[到至看])*"
    r"|扫码(?:分享|关注|打开|阅读)[^。；]{0,12}"
)
_BREADCRUMB = re.compile(
    r"您?(?:现在|当前|目前)?(?:所在|所处)?的?(?:当前)?位置(?:是)?[:：].*(?:首页|[>＞»→]).*|首页[>＞»→].*"
)
_COPYRIGHT = re.compile(
    r"版权所有[^。]*"
    r"|.*(?:Copyright(?:©|\(C\)|\d)|©\d|ICP备\d|公网安备\d|网站标识码[:：]\w)[^。]*",
    re.I,
)
_EDITOR = re.compile(r"[（(\[【]?(?:责任编辑|责编|编辑)[:：][^。；]{0,20}")
_NEIGHBOUR = re.compile(r"(?:上一[篇条页]|下一[篇条页])[:：].*")
_PAGE_FACT = re.compile(
    r"(?:发布时间|发布日期|信息来源|文章来源|稿件来源|来源|作者|发布机构|浏览次数|阅读次数|浏览量"
    r"|点击数|点击率|访问量|字体|字号)[:：]"
)
_LONGEST = 120


def furniture_text(text: str) -> str:
    """Why a paragraph's words show that it is furniture; empty where they do not.

    Args:
        text: the paragraph without white space.
    """
    if len(text) > _LONGEST:
        return ""
    if _WIDGET.fullmatch(text):
        return "share or print widget"
    if _BREADCRUMB.fullmatch(text):
        return "breadcrumb"
    if _COPYRIGHT.fullmatch(text):
        return "footer"
    if _EDITOR.fullmatch(text) or len(set(_PAGE_FACT.findall(text))) >= 2:
        return "page information"
    if _NEIGHBOUR.fullmatch(text):
        return "navigation"
    return ""
