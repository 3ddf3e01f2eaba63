"""Where the province-level divisions stand on a grid of tiles: roughly, and without any border."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Tile:
    """A division's tile; rows count from the north, columns from the west, both from 1."""

    adcode: str
    label: str
    row: int
    column: int


TILES = (
    Tile("230000", "黑龙江", 1, 9),
    Tile("150000", "内蒙古", 2, 6),
    Tile("220000", "吉林", 2, 9),
    Tile("650000", "新疆", 3, 1),
    Tile("620000", "甘肃", 3, 3),
    Tile("640000", "宁夏", 3, 4),
    Tile("110000", "北京", 3, 7),
    Tile("120000", "天津", 3, 8),
    Tile("210000", "辽宁", 3, 9),
    Tile("630000", "青海", 4, 2),
    Tile("610000", "陕西", 4, 5),
    Tile("140000", "山西", 4, 6),
    Tile("130000", "河北", 4, 7),
    Tile("370000", "山东", 4, 8),
    Tile("540000", "西藏", 5, 1),
    Tile("510000", "四川", 5, 4),
    Tile("500000", "重庆", 5, 5),
    Tile("410000", "河南", 5, 6),
    Tile("340000", "安徽", 5, 7),
    Tile("320000", "江苏", 5, 8),
    Tile("310000", "上海", 5, 9),
    Tile("530000", "云南", 6, 4),
    Tile("520000", "贵州", 6, 5),
    Tile("420000", "湖北", 6, 6),
    Tile("360000", "江西", 6, 7),
    Tile("330000", "浙江", 6, 8),
    Tile("450000", "广西", 7, 5),
    Tile("430000", "湖南", 7, 6),
    Tile("440000", "广东", 7, 7),
    Tile("350000", "福建", 7, 8),
    Tile("710000", "台湾", 7, 9),
    Tile("460000", "海南", 8, 6),
    Tile("820000", "澳门", 8, 7),
    Tile("810000", "香港", 8, 8),
)
