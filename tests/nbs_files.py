"""nbs_files: makes exports of the national data site, old and new layout."""

from __future__ import annotations

PROVINCES = [
    "北京市", "天津市", "河北省", "山西省", "内蒙古自治区", "辽宁省", "吉林省", "黑龙江省", "上海市",
    "江苏省", "浙江省", "安徽省", "福建省", "江西省", "山东省", "河南省", "湖北省", "湖南省",
    "广东省", "广西壮族自治区", "海南省", "重庆市", "四川省", "贵州省", "云南省", "西藏自治区", "陕西省",
    "甘肃省", "青海省", "宁夏回族自治区", "新疆维吾尔自治区",
]  # fmt: skip
NOTE = "注：1.全国数据,按普查推算。\n　　　2.2012年行业采用新的分类标准,与前期不可比。\n"
EMPLOYED = "城镇单位就业人员(万人)"


def rows(years: list[int], empty: int | None = None) -> str:
    """31 provinces by year; the figure of row r in year y is r.y (all digits differ)."""
    lines = []
    for place, name in enumerate(PROVINCES, start=1):
        cells = ["" if year == empty else f"{place}{year % 100:02}.5" for year in years]
        lines.append(",".join([name, *cells]))
    return "\n".join(lines) + "\n"


FIVE = range(2025, 2020, -1)


def old(indicator: str = EMPLOYED, years: range = FIVE, body: str | None = None, time: str = "") -> str:
    """An export of the old layout; the first year is empty, as the running year is."""
    said = time or f"最近{len(years)}年"
    header = ",".join(["地区", *(f"{year}年" for year in years)])
    return (f"数据库：分省年度数据\n指标：{indicator}\n时间：{said}\n{header}\n"
            f"{body if body is not None else rows(list(years), years[0])}{NOTE}数据来源：国家统计局\n")  # fmt: skip


def new(years: range = FIVE) -> str:
    """An export of the new layout: a tab after every cell, and no indicator."""
    lines = [",".join(["地区\t", *(f"{year}年\t" for year in years), ""])]
    body = rows(list(years), years[0]).splitlines()
    lines += [",".join(f"{cell}\t" for cell in line.split(",")) + "," for line in body]
    return f"数据库：分省年度数据 \n时间：{years[-1]}年-{years[0]}年 \n" + "\n".join(lines) + "\n数据来源：国家统计局\n"
