"""The registry as a file: just what is shown, all columns of it, or the whole package."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from ui.client import ApiError, Call
from ui.parts import api, explain, small
from ui.registry_state import RegistryState
from ui.registry_table import exported

FORMATS = {"csv": "CSV", "xlsx": "Excel", "parquet": "Parquet", "jsonl": "JSON Lines"}
PACKAGE = "package"


def export(state: RegistryState, names: Sequence[str], total: int) -> None:
    """A file from the API, made only once this is open.

    Args:
        state: the page's.
        names: the columns shown.
        total: the rows found.
    """
    choices = {**FORMATS, PACKAGE: "整个登记表"}
    chosen = st.pills(
        "格式",
        list(choices),
        format_func=choices.__getitem__,
        default="csv",
        required=True,
        key="export-format",
    )
    every = chosen != PACKAGE and st.checkbox("所有列", key="export-every")
    call, name = _file_call(state, chosen, () if every else exported(names))
    try:
        with st.spinner("正在生成…"):
            data = api().download(call)
    except ApiError as problem:
        explain(problem)
        return
    small(_said(chosen, total, every=every))
    st.download_button(
        f"下载 {name}（{max(len(data) // 1024, 1):,} KB）",
        data,
        name,
        type="primary",
        on_click="ignore",
        key="download",
    )


def _said(chosen: str, total: int, *, every: bool) -> str:
    if chosen == PACKAGE:
        return "全部表格和字段说明（Data Package），按左侧的筛选；查找、排序和选列不影响它。"
    columns = "所有列" if every else "编号和显示的列"
    return (
        f"{total:,} 行、{columns}，行与次序同屏幕上的筛选、查找和排序。"
        "有代码的列导出代码，“数量”“时间”导出为换算后的各列。"
    )


def _file_call(state: RegistryState, chosen: str, columns: Sequence[str]) -> tuple[Call, str]:
    if chosen == PACKAGE:
        return Call.get("v1", "registry", PACKAGE, query=state.query()), "tashan-registry.zip"
    query: dict[str, Any] = {**state.asked(), "format": chosen}
    if columns:
        query["columns"] = list(columns)
    if chosen == "csv":
        query["bom"] = "true"  # Excel would not take it for UTF-8 without
    return Call.get("v1", "registry", state.table, query=query), f"tashan-{state.table}.{chosen}"
