"""What is exported reads back as what it was, with pandas, whatever it was."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.export.formats import write
from corpus.registry import MeasureRow, PlatformRow
from tests.api.export.made import (
    NASTY,
    TABLES,
    plain,
    read_csv,
    read_jsonl,
    read_parquet,
    read_xlsx,
    rows,
)

few = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
every_table = pytest.mark.parametrize("table", TABLES, ids=lambda table: table.TABLE)
# What a double keeps of decimal digits, whatever they are; XLSX has one digit less than exact.
short = st.integers(-(10**15), 10**15).map(lambda digits: digits / 1000)


def exported(table, found, fmt, **options):
    return b"".join(write(table, iter(found), fmt, **options))


@every_table
@given(data=st.data(), bom=st.booleans())
@few
def test_csv(table, data, bom):
    found = data.draw(st.lists(rows(table), max_size=4))
    made = exported(table, found, "csv", bom=bom)
    assert made.startswith(b"\xef\xbb\xbf") == bom
    assert read_csv(table, made) == plain(table, found)


@every_table
@given(data=st.data())
@few
def test_jsonl(table, data):
    found = data.draw(st.lists(rows(table), min_size=1, max_size=4))
    assert read_jsonl(table, exported(table, found, "jsonl")) == plain(table, found)


@every_table
@given(data=st.data())
@few
def test_parquet(table, data):
    found = data.draw(st.lists(rows(table), max_size=4))
    assert read_parquet(table, exported(table, found, "parquet")) == plain(table, found)


def as_sheet(record):
    """A row as XLSX can hold it: an empty text is an empty cell, and so is a list of only one."""
    emptied = {"": None, ("",): ()}
    return {name: emptied.get(value, value) for name, value in record.items()}


@every_table
@given(data=st.data())
@few
def test_xlsx(table, data):
    found = data.draw(st.lists(rows(table, short), max_size=3))
    expected = [as_sheet(record) for record in plain(table, found)]
    assert read_xlsx(table, exported(table, found, "xlsx")) == expected


def one(text):
    return MeasureRow(
        id="m", document_id="d", document="文", kind="practice", title="题", text=text
    )


@pytest.mark.parametrize("text", [text for text in NASTY if text], ids=repr)
@pytest.mark.parametrize("read", [read_csv, read_xlsx, read_parquet, read_jsonl])
def test_texts_that_break_files(text, read):
    fmt = read.__name__.removeprefix("read_")
    row = one(text).model_copy(update={"task": text, "mechanisms": (text, "", text)})
    assert read(MeasureRow, exported(MeasureRow, [row], fmt)) == plain(MeasureRow, [row])


@pytest.mark.parametrize(
    "items", [(), ("",), ("", ""), ("；",), ("\\",), ("\\;", "；\\"), ("'",), ("=1", "b")]
)
def test_lists_in_csv(items):
    row = one("文").model_copy(update={"mechanisms": items})
    found = read_csv(MeasureRow, exported(MeasureRow, [row], "csv"))
    assert found[0]["mechanisms"] == items


@pytest.mark.parametrize(
    "text", ["长" * 32_767, "长" * 32_768, "👷" * 16_500, "=" * 70_000, "\x01&" * 20_000]
)
def test_long_texts(text):
    row = one(text)
    data = exported(MeasureRow, [one("短").model_copy(update={"id": "=1"}), row], "xlsx")
    assert read_xlsx(MeasureRow, data)[1]["text"] == text


def test_no_rows():
    assert exported(PlatformRow, [], "jsonl") == b""
    for read in (read_csv, read_xlsx, read_parquet):
        assert (
            read(PlatformRow, exported(PlatformRow, [], read.__name__.removeprefix("read_"))) == []
        )
