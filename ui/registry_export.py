"""The registry as a file: just what the filters leave, or the whole package."""

from __future__ import annotations

from typing import Any

import streamlit as st

from ui.client import ApiError, Call
from ui.parts import api, explain, small
from ui.registry_state import RegistryState

FORMATS = {"csv": "CSV", "xlsx": "Excel", "parquet": "Parquet", "jsonl": "JSON Lines"}
PACKAGE = "package"


def export(state: RegistryState, total: int) -> None:
    """A file from the API, made only once this is open."""
    choices = {**FORMATS, PACKAGE: "整个登记表"}
    chosen = st.pills(
        "格式",
        list(choices),
        format_func=choices.__getitem__,
        default="csv",
        required=True,
        key="export-format",
    )
    call, name = _file_call(state, chosen)
    try:
        with st.spinner("正在生成…"):
            data = api().download(call)
    except ApiError as problem:
        explain(problem)
        return
    what = "全部表格和字段说明（Data Package）" if chosen == PACKAGE else f"{total:,} 行、所有列"
    small(f"{what}，按左侧的筛选；表中查找、选列和排序只影响屏幕。")
    st.download_button(
        f"下载 {name}（{max(len(data) // 1024, 1):,} KB）",
        data,
        name,
        type="primary",
        on_click="ignore",
        key="download",
    )


def _file_call(state: RegistryState, chosen: str) -> tuple[Call, str]:
    if chosen == PACKAGE:
        return Call.get("v1", "registry", PACKAGE, query=state.query()), "tashan-registry.zip"
    query: dict[str, Any] = {**state.query(), "format": chosen}
    if chosen == "csv":
        query["bom"] = "true"  # Excel would not take it for UTF-8 without
    return Call.get("v1", "registry", state.table, query=query), f"tashan-{state.table}.{chosen}"
