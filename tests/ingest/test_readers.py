import codecs
import os
import socket
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import FileTooLarge, UnreadableFile, UnsupportedFile
from corpus.settings import DOCUMENTS
from ingest.readers import file_bytes, read, read_path, unaccounted

LIMIT = 2**24
PLAN = (DOCUMENTS / "wuhan-real-name-plan.txt").read_text("utf-8")
SENTENCE = "各地要加强建筑工人实名制管理，落实工资专用账户制度，保障农民工合法权益。"


def text_of(source):
    return "\n".join("\t".join(cell.text for cell in block.cells) for block in source.blocks)


def read_bytes(data, name="甲.txt", max_bytes=LIMIT):
    return read(data, name, max_bytes=max_bytes)


def cells(text, name="甲.txt"):
    return [
        (block.kind, *(cell.text for cell in block.cells))
        for block in read_bytes(text.encode(), name).blocks
    ]


# Text


def test_lines_become_paragraphs_and_rows():
    assert cells("标题\n\n  一、目标 \r\n甲\t\t乙\n\t丙\r丁\n \t \n") == [
        ("paragraph", "标题"),
        ("paragraph", "  一、目标 "),
        ("row", "甲", "", "乙"),
        ("row", "", "丙"),
        ("paragraph", "丁"),
    ]


def test_offsets_index_the_decoded_text():
    source = read_bytes("\ufeff一行\r\n二行\t三格\r\n".encode())
    assert source.text == "一行\r\n二行\t三格\r\n"
    for block in source.blocks:
        for cell in block.cells:
            assert source.text[cell.start : cell.end] == cell.text


def test_control_and_invisible_characters_are_furniture():
    source = read_bytes("第\x07一\u200b行文字内容\ufeff\n第二行文字内容".encode())
    assert [block.cells[0].text for block in source.blocks] == ["第一行文字内容", "第二行文字内容"]
    assert source.furniture == (
        ((1, 2), "control character"),
        ((3, 4), "invisible character"),
        ((9, 10), "invisible character"),
    )
    assert source.blocks[0].cells[0].at[:3] == (0, 2, 4)


def test_inline_tags_are_left_to_the_parser():
    assert cells("<p>1. 甲市做法</p> <p>2. 乙市做法</p>") == [
        ("paragraph", "<p>1. 甲市做法</p> <p>2. 乙市做法</p>")
    ]


@pytest.mark.parametrize("path", sorted(DOCUMENTS.glob("*.txt")), ids=lambda path: path.stem)
def test_shipped_documents_are_read_whole(path):
    source = read_path(path, LIMIT)
    assert source.text == path.read_bytes().decode("utf-8")
    assert "".join(text_of(source).split()) == "".join(source.text.split())
    assert (source.encoding, source.truncated, source.furniture) == ("utf-8", False, ())
    assert unaccounted(source) == []


@given(st.text(st.characters(exclude_categories=("Cs",))))
def test_any_text_is_accounted_for(text):
    try:
        source = read_bytes(text.encode())
    except UnreadableFile:
        return
    assert unaccounted(source) == []


# Encodings


@pytest.mark.parametrize(
    ("codec", "bom", "encoding"),
    [
        ("utf-8", b"", "utf-8"),
        ("utf-8", codecs.BOM_UTF8, "utf-8"),
        ("gb18030", b"", "gb18030"),
        ("gbk", b"", "gb18030"),
        ("utf-16-le", codecs.BOM_UTF16_LE, "utf-16-le"),
        ("utf-16-be", codecs.BOM_UTF16_BE, "utf-16-be"),
    ],
)
def test_encodings(codec, bom, encoding):
    source = read_bytes(bom + PLAN.encode(codec))
    assert (source.text, source.encoding, source.truncated) == (PLAN, encoding, False)


@pytest.mark.parametrize("text", ["通知", "建筑工人", "联通", "Plan A：好"])
def test_short_gbk(text):
    assert read_bytes(text.encode("gb18030")).text == text


def test_ascii_and_other_languages_in_utf_8():
    for text in (
        "plain text only",
        "déjà vu, naïve café",
        "résumé",
        "Привет, мир",
        "建設業における技能者の処遇改善について",
    ):
        assert read_bytes(text.encode()).text == text


JAPANESE = "建設業における技能者の処遇改善について、国土交通省は次のとおり通知する。"
TRADITIONAL = (
    "關於推動建築產業勞工培訓之實施方案，各縣市政府應依據本辦法辦理，並將執行情形陳報本部。"
)
KOREAN = (
    "건설근로자의 고용개선 등에 관한 법률에 따라 전자카드제를 시행하고 임금을 직접 지급하도록 한다."
)
FRENCH = "Les salariés détachés déclarés à l'été, où l'été était prévu."


@pytest.mark.parametrize(
    "data",
    [
        PLAN.encode()[:-3] + b"\x80\x80\xff",
        PLAN.encode().replace("，".encode(), b"\xef\xbc\xff"),
        (SENTENCE * 3).encode().replace("工".encode(), b"\xe5\xb7"),
        TRADITIONAL.encode("big5"),
        JAPANESE.encode("shift_jis"),
        JAPANESE.encode("euc-jp"),
        KOREAN.encode("euc-kr"),
        FRENCH.encode("latin-1"),
        "Министерство строительства сообщает".encode("cp1251"),
        PLAN.encode("utf-16-le"),
        codecs.BOM_UTF8 + PLAN.encode("gb18030"),
    ],
    ids=[
        "tail",
        "broken",
        "stump",
        "big5",
        "sjis",
        "euc-jp",
        "euc-kr",
        "latin",
        "cp1251",
        "utf-16",
        "bom",
    ],
)
def test_other_encodings_are_refused(data):
    with pytest.raises(UnreadableFile) as caught:
        read_bytes(data)
    assert "甲.txt" in caught.value.message
    assert caught.value.hint


def test_the_refusal_names_the_encodings_that_are_read():
    with pytest.raises(UnreadableFile, match=r"UTF-8.*GB18030"):
        read_bytes(TRADITIONAL.encode("big5"))


@pytest.mark.parametrize("wrong", ["gb18030", "latin-1", "cp1252"])
def test_text_saved_after_it_was_garbled_is_refused(wrong):
    garbled = PLAN.encode().decode(wrong, "ignore")
    with pytest.raises(UnreadableFile, match=r"乱码|控制字符"):
        read_bytes(garbled.encode())


@pytest.mark.parametrize("codec", ["utf-8", "gb18030", "utf-16"])
def test_a_file_cut_within_its_last_character(codec):
    data = SENTENCE.rstrip("。").encode(codec)
    source = read_bytes(data[:-1])
    assert source.text == SENTENCE.rstrip("。")[:-1]
    assert source.truncated


# What is no text


@pytest.mark.parametrize("data", [b"", b" \r\n\t", codecs.BOM_UTF8, "\ufeff\u3000\n".encode()])
def test_empty_files(data):
    with pytest.raises(UnreadableFile, match="空文件"):
        read_bytes(data)


@pytest.mark.parametrize(
    "data", [b"\x00\x01\x02\x03", PLAN.encode() + b"\0", bytes(range(1, 32)) * 9]
)
def test_binary_files(data):
    with pytest.raises(UnreadableFile, match="控制字符"):
        read_bytes(data)


@pytest.mark.parametrize("data", ["\u200b\u200c\n".encode(), "\ufeff\ufeff\n\n".encode()])
def test_files_of_invisible_characters(data):
    with pytest.raises(UnreadableFile):
        read_bytes(data)


@pytest.mark.parametrize(
    ("name", "data", "hint"),
    [
        ("a.pdf", b"%PDF-1.7", "另存为 txt 或 html"),
        ("a.PDF", b"", "另存为 txt 或 html"),
        ("a.docx", b"PK\x03\x04", "另存为"),
        ("a.doc", b"", "另存为"),
        ("a.wps", b"", "另存为"),
        ("a.xls", b"<table></table>", "另存为"),
        ("a.xlsx", b"", "另存为"),
        ("a.ofd", b"", "另存为 txt 或 html"),
        ("a.png", b"", "文字识别"),
        ("a.zip", b"", "解压"),
        ("a.txt", b"%PDF-1.4 renamed", "另存为 txt 或 html"),
        ("a.html", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1renamed", "另存为"),
        ("a", b"PK\x03\x04 no suffix", "另存为"),
        ("a.txt", b"\xff\xd8\xff\xe0", "文字识别"),
    ],
)
def test_unsupported_files_say_what_to_do(name, data, hint):
    with pytest.raises(UnsupportedFile) as caught:
        read_bytes(data, name)
    assert hint in caught.value.hint
    assert name in caught.value.message


# Which reader


PAGE = f"<html><body><p>{SENTENCE}</p></body></html>"


@pytest.mark.parametrize(
    ("name", "data", "blocks"),
    [
        ("a.html", PAGE, [SENTENCE]),
        ("a.HTM", PAGE, [SENTENCE]),
        ("a.txt", PAGE, [SENTENCE]),
        ("a", PAGE, [SENTENCE]),
        ("a.shtml", PAGE, [SENTENCE]),
        ("a.jsp", f"<!-- 生成 --><div>{SENTENCE}</div>", [SENTENCE]),
        ("a.html", "只有文字\n没有标签 a<b", ["只有文字", "没有标签 a<b"]),
        ("a.csv", "甲,乙\n一,二", ["甲,乙", "一,二"]),
        ("a.md", "# 标题\n正文", ["# 标题", "正文"]),
        ("a", "正文 <p>", ["正文 <p>"]),
    ],
)
def test_reader_by_suffix_and_content(name, data, blocks):
    source = read_bytes(data.encode(), name)
    assert [block.cells[0].text for block in source.blocks] == blocks


# Files


def test_read_path(tmp_path):
    path = tmp_path / "通知.txt"
    path.write_bytes(PLAN.encode("gb18030"))
    source = read_path(str(path), LIMIT)
    assert (source.name, source.encoding, source.text) == ("通知.txt", "gb18030", PLAN)
    assert len(source.sha256) == 64
    assert file_bytes(path, LIMIT) == path.read_bytes()


def test_a_200_mb_file_is_refused_unread(tmp_path):
    path = tmp_path / "大文件.txt"
    with path.open("wb") as file:
        file.truncate(200 * 2**20)  # sparse: reading it would take 200 MB of memory, not of disk
    before = os.times().user
    with pytest.raises(FileTooLarge, match=r"200\.0 MB.*50\.0 MB.*TASHAN_MAX_FILE_MB"):
        read_path(path, 50 * 2**20)
    assert os.times().user - before < 0.05


def test_bytes_over_the_limit_are_refused():
    assert read_bytes(b"abcd", max_bytes=4)
    with pytest.raises(FileTooLarge):
        read_bytes(b"abcde", max_bytes=4)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("没有.txt", "找不到"),
        (".", "文件夹"),
        ("a\0b.txt", "无法读取"),
        ("长" * 300, "无法读取"),
        ("环.txt", "无法读取"),
        ("插座.txt", "不是普通文件"),
    ],
)
def test_paths_that_cannot_be_read(tmp_path, monkeypatch, name, message):
    monkeypatch.chdir(tmp_path)  # the path of a socket is limited to about 100 bytes
    (tmp_path / "环.txt").symlink_to("环.txt")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("插座.txt")
        with pytest.raises(UnreadableFile, match=message) as caught:
            read_path(tmp_path / name, LIMIT)
    assert str(tmp_path) in caught.value.message
    assert caught.value.hint


@contextmanager
def no_privileges():
    """Root may read everything; for the block, be nobody."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_no_permission(tmp_path):
    folder = tmp_path / "内部"
    folder.mkdir()
    path = folder / "甲.txt"
    path.write_text("内容", "utf-8")
    folder.chmod(0)
    try:
        with no_privileges(), pytest.raises(UnreadableFile, match="权限") as caught:
            read_path(path, LIMIT)
    finally:
        folder.chmod(0o700)
    assert str(path) in caught.value.message
    assert isinstance(caught.value.__cause__, PermissionError)
