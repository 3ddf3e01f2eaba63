"""逐条找先例: a draft in, clause by clause who has done the like and with which figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from ui.answers import Clause, PrecedentsAnswer
from ui.basket import basket_button, carried, visit
from ui.brief import brief_html, clause_html, thresholds_html
from ui.client import ApiRefused, Call
from ui.parts import ask, behind, cite, notice, params, small

MAX_DRAFT = 20_000  # characters the API takes
LONGEST_ADDRESS = 6_000  # bytes of draft and basket in an address; proxies cut off at about 8,000
HITS = 3  # precedents of a clause
CLAUSES = 10  # on one page of the answer
EXAMPLE = (
    "第一条 施工总承包单位应当开设农民工工资专用账户，委托银行按月代发工资。\n"
    "第二条 项目主要管理人员连续3天未到岗的，由系统自动预警并通报。\n"
    "第三条 对取得高级工职业技能证书的建筑工人，按标准给予培训补贴。"
)


def draft_page() -> None:
    """The page, drawn from its address, or from the session where a draft is too long for one."""
    draft, region = _asked()
    st.html('<h1 class="ts-head" lang="zh-CN">逐条找先例</h1>')
    _form(draft, region)
    if not draft:
        _welcome()
        return
    body: dict[str, Any] = {"text": draft, "region": region or None, "limit": HITS}
    call = Call.post("v1", "precedents", body=body)
    try:
        with st.spinner("正在逐条查找…"):
            clauses = ask(call, PrecedentsAnswer).clauses
    except ApiRefused:
        if region:
            st.button("不指定本地区再试", key="draft-anywhere", on_click=_keep, args=(draft, ""))
        raise
    _summary(clauses)
    pages = -(-len(clauses) // CLAUSES)
    page = min(st.session_state.get("draft-page", 1), pages)
    first = (page - 1) * CLAUSES
    for place, clause in enumerate(clauses[first : first + CLAUSES], first + 1):
        _clause(place, clause)
    if pages > 1:
        st.pagination(pages, key="draft-page")
    if "draft" not in params():
        small("草稿较长，没有放进网址：下面的链接不含草稿，只在本次会话中保留。")
    behind(call)


def _asked() -> tuple[str, str]:
    """The draft and the drafter's region."""
    said = params()
    region = said.get("region", [""])[-1].strip()
    return said.get("draft", [st.session_state.get("draft-kept", "")])[-1].strip(), region


def _keep(draft: str, region: str) -> None:
    """Make the address that of a draft; the session keeps the draft that is too long for one."""
    st.session_state["draft-kept"] = draft
    st.session_state["draft-page"] = 1
    said = {"draft": draft, "region": region}
    if len(urlencode({"draft": draft, **carried()})) > LONGEST_ADDRESS:
        del said["draft"]
    visit({name: value for name, value in said.items() if value})


def _form(draft: str, region: str) -> None:
    # Another page forgets the boxes; what is being typed in them must not be touched.
    if "draft" not in st.session_state or st.session_state.get("draft_synced") != (draft, region):
        st.session_state["draft"], st.session_state["draft-region"] = draft, region
        st.session_state["draft_synced"] = draft, region
    with st.form("draft-form", border=False):
        st.text_area(
            "草稿（一条或多条）",
            key="draft",
            height=120 if draft else 200,
            max_chars=MAX_DRAFT,
            placeholder="粘贴草拟的条文，按句子和条款自动拆开，每条各找先例",
        )
        with st.container(horizontal=True, vertical_alignment="bottom", key="ts-draft"):
            st.text_input(
                "本地区（可不填；填写后其他地区的做法排在前面）",
                key="draft-region",
                max_chars=200,
                placeholder="例如：广东、杭州市",
            )
            st.form_submit_button("逐条找先例", type="primary", on_click=_submitted)


def _submitted() -> None:
    _keep(st.session_state["draft"].strip(), st.session_state["draft-region"].strip())


def _welcome() -> None:
    st.html(
        '<div class="ts-welcome" lang="zh-CN"><p>粘贴正在起草的条文，逐条列出谁已经做过、'
        "原文怎么写、门槛和标准定在多少，每一条都附可直接引用的出处。</p></div>"
    )
    st.button("用一段示例试试", key="draft-example", on_click=_keep, args=(EXAMPLE, ""))


def _summary(clauses: Sequence[Clause]) -> None:
    without = [place for place, clause in enumerate(clauses, 1) if not _has_precedent(clause)]
    places = "、".join(map(str, without[:10])) + ("等" if len(without) > 10 else "")
    said = f"，其中第 {places} 条没有找到先例" if without else "，都有先例"
    st.html(f'<p class="ts-summary" lang="zh-CN">共拆成 <b>{len(clauses)}</b> 条{said}</p>')


def _has_precedent(clause: Clause) -> bool:
    return any(not hit.weak for hit in clause.hits)


def _clause(place: int, clause: Clause) -> None:
    with st.container(key=f"clause-{place}"):
        st.html(clause_html(place, clause))
        if not clause.hits:
            notice("warn", "没有找到先例")
        elif not _has_precedent(clause):
            notice("warn", "没有找到先例，以下只是弱相关，引用前请核对")
        for hit in clause.hits:
            with st.container(border=True, horizontal=True, key=f"hit-{place}-{hit.id}"):
                st.html(brief_html(hit))
                with st.container(
                    horizontal=True, key=f"actions-{place}-{hit.id}", width="content"
                ):
                    cite(hit)
                    basket_button(hit.id, str(place))
        if figures := thresholds_html(clause):
            with st.expander("这些先例写明的数字和标准", expanded=True):
                st.html(figures)
