"""The Data Package: valid to the standard's own reader, complete, and explained."""

import csv
import hashlib
import json
import re
from datetime import UTC, date, datetime, timedelta, timezone
from io import BytesIO, StringIO
from zipfile import ZipFile

import frictionless
import pandas as pd
import pytest

from api.export.codebook import markdown
from api.export.columns import columns
from api.export.datapackage import package
from corpus.errors import BrokenGrounding
from corpus.registry import (
    ActorRow,
    DeadlineRow,
    DocumentRow,
    IndicatorRow,
    InstrumentRow,
    MeasureRow,
    PlatformRow,
    PolicyDocumentRow,
    RegionRow,
    ThemeRow,
)
from tests.api.export.made import TABLES

CREATED = datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)
TEXT = (
    "=江门市\n由人社部门牵头，到2023年底，建设“薪管家”平台；不足50%提高到80%以上，覆盖-1至6.75万人"
)


def child(table, quote, **fields):
    start = TEXT.index(quote)
    evidence = {"id": f"m1.{table.TABLE}", "measure_id": "m1", "document_id": "d1", "quote": quote, "quote_start": start,
                "quote_end": start + len(quote), "status": "extracted", "method": "rule"}  # fmt: skip
    return table(**evidence | fields)


def made():
    """A row or two for every table."""
    return {
        DocumentRow: [
            DocumentRow(id="d1", title="=清单（第一批）", kind="practice_list", issued_on=date(2023, 8, 8), sha256="00", practices=2,
                        source_url="https://www.example.gov.cn/1"),
            DocumentRow(id="d2", title="方案", kind="plan", sha256="11", practices=0, region="", batch=-1),
        ],
        RegionRow: [RegionRow(id="440700", adcode="440700", name="广东省江门市", level="city", province="广东省")],
        MeasureRow: [
            MeasureRow(id="m1", document_id="d1", document="=清单（第一批）", kind="practice", theme="pay", title="薪管家", text=TEXT,
                       mechanisms=("一试双证；", "=机制", ""), target_groups=("-工人",)),
            MeasureRow(id="m2", document_id="d1", document="=清单（第一批）", kind="plan_item", title="", text="无"),
        ],
        ActorRow: [child(ActorRow, "人社部门", name="人社部门", type="department", role="lead", not_stated=("level",))],
        InstrumentRow: [child(InstrumentRow, "平台", type="platform", words="平台")],
        PlatformRow: [child(PlatformRow, "薪管家", name="薪管家", kind="platform", functions=("+代发", "预警"))],
        PolicyDocumentRow: [],
        IndicatorRow: [
            child(IndicatorRow, "不足50%提高到80%以上", kind="change", before=50.0, before_comparator="<", after=80.0, after_comparator="≥", unit="%"),
            child(IndicatorRow, "-1至6.75万人", id="m1.indicators.2", kind="result", low=-1.0, high=67500.0, comparator="range", unit="人", value=0.1),
        ],
        DeadlineRow: [child(DeadlineRow, "2023年底", start="--08-15", end="2023-12-31", precision="year-end")],
        ThemeRow: [ThemeRow(id="pay", label="工资", definition="收", measures=1)],
    }  # fmt: skip


def zipped(rows=None, texts=None, created=CREATED):
    rows = rows or made()
    tables = {table: (lambda found=found: iter(found)) for table, found in rows.items()}
    return b"".join(package(tables, texts or {"m1": TEXT}, created))


def member(data, name):
    return ZipFile(BytesIO(data)).read(name)


def described(data):
    return json.loads(member(data, "datapackage.json"))


@pytest.fixture
def path(tmp_path):
    def saved(data):
        file = tmp_path / "registry.zip"
        file.write_bytes(data)
        return file

    return saved


def errors(file):
    report = frictionless.validate(str(file), type="package")
    return report.valid, report.flatten(["type", "rowNumber", "fieldName", "note"])


def test_it_is_valid(path):
    assert errors(path(zipped())) == (True, [])


def test_it_is_valid_without_rows_and_with_fewer_tables(path):
    assert errors(path(zipped({table: [] for table in made()}))) == (True, [])
    assert errors(path(zipped({IndicatorRow: made()[IndicatorRow]}))) == (True, [])


def broken(table, **fields):
    rows = made()
    rows[table] = [rows[table][0].model_copy(update=fields), *rows[table][1:]]
    return rows


@pytest.mark.parametrize(
    ("table", "fields", "kind"),
    [
        (MeasureRow, {"theme": "nothing"}, "foreign-key"),
        (MeasureRow, {"document_id": "d9"}, "foreign-key"),
        (ActorRow, {"document_id": "d9"}, "foreign-key"),
        (ActorRow, {"role": "boss"}, "constraint-error"),
        (MeasureRow, {"text": None}, "constraint-error"),
        (DocumentRow, {"id": "d2"}, "primary-key"),
        (DocumentRow, {"practices": "三"}, "type-error"),
    ],
)
def test_the_description_would_catch_errors(path, table, fields, kind):
    _, found = errors(path(zipped(broken(table, **fields))))
    assert kind in {error[0] for error in found}


def test_a_broken_quote_stops_it():
    rows = made()
    rows[PlatformRow] = [rows[PlatformRow][0].model_copy(update={"quote_start": 0, "quote_end": 3})]
    with pytest.raises(BrokenGrounding, match=r"1 行.*平台 m1\.platforms"):
        zipped(rows)


def test_the_standards_reader_sees_types(path):
    found = frictionless.Package(str(path(zipped())))
    indicators = [row.to_dict() for row in found.get_resource("indicators").read_rows()]
    assert (indicators[1]["low"], indicators[1]["high"]) == (-1, 67500)
    assert indicators[0]["comparator"] == "="
    measures = found.get_resource("measures").read_rows()
    assert measures[0]["mechanisms"] == ["一试双证\\;", "=机制", ""]
    assert found.get_resource("documents").read_rows()[0]["issued_on"] == date(2023, 8, 8)


def test_description():
    data = zipped(created=datetime(2024, 5, 6, 15, 8, 9, tzinfo=timezone(timedelta(hours=8))))
    whole = described(data)
    assert whole["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    assert whole["created"] == "2024-05-06T07:08:09Z"
    assert whole["licenses"][0]["name"] == "Apache-2.0"
    assert whole["sources"] == [
        {"title": "=清单（第一批）", "path": "https://www.example.gov.cn/1"},
        {"title": "方案"},
    ]
    assert [one["name"] for one in whole["resources"]] == [table.TABLE for table in made()]
    for resource in whole["resources"]:
        content = member(data, resource["path"])
        assert resource["bytes"] == len(content)
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"


@pytest.mark.parametrize("table", TABLES)
def test_fields_are_the_columns(table):
    data = zipped()
    resource = next(one for one in described(data)["resources"] if one["name"] == table.TABLE)
    header = next(csv.reader(StringIO(member(data, resource["path"]).decode())))
    fields = resource["schema"]["fields"]
    assert [field["name"] for field in fields] == header
    for field, column in zip(fields, columns(table), strict=True):
        assert (field["title"], field["description"], field["type"]) == (
            column.title,
            column.description,
            column.kind,
        )
        enum = field.get("constraints", {}).get("enum", [])
        assert enum == list(column.codes)
        assert [one["value"] for one in field.get("categories", [])] == enum
    assert resource["schema"]["primaryKey"] == ["id"]
    assert resource["schema"]["missingValues"] == [""]


def test_keys_between_tables():
    keys = {
        (one["name"], key["fields"][0]): key["reference"]
        for one in described(zipped())["resources"]
        for key in one["schema"].get("foreignKeys", [])
    }
    assert keys["measures", "theme"] == {"resource": "themes", "fields": ["id"]}
    assert keys["indicators", "measure_id"] == {"resource": "measures", "fields": ["id"]}
    assert keys["deadlines", "document_id"] == {"resource": "documents", "fields": ["id"]}
    assert len(keys) == 2 + 6 * 2


def test_the_same_rows_give_the_same_bytes():
    assert zipped() == zipped()


def reader():
    """The program that the codebook gives, as a reader would run it."""
    program = re.search(r"```python\n(.*?)```", markdown(TABLES), re.S).group(1)
    space = {}
    exec(program, space)
    return space["read"]


@pytest.mark.parametrize("table", TABLES)
def test_the_codebooks_reader_gives_back_the_rows(path, table):
    frame = reader()(path(zipped()), table.TABLE)
    rows = made()[table]
    assert len(frame) == len(rows)
    for at, row in enumerate(rows):
        for column in columns(table):
            found, expected = frame[column.name][at], getattr(row, column.attribute)
            if expected is None:
                assert pd.isna(found)
            elif column.kind == "list":
                assert tuple(found) == expected
            elif column.kind == "date":
                assert found.date() == expected
            else:
                assert found == expected


def test_codebook():
    text = member(zipped(), "codebook.md").decode()
    for table in TABLES:
        assert f"## {table.TABLE} {table.TITLE}" in text
        for column in columns(table):
            assert f"| `{column.name}` | {column.title}：" in text
    assert "lead 牵头；responsible 负责" in text
