"""From a file's bytes to its blocks: what kind of file it is, and who reads it."""

from __future__ import annotations

import hashlib
import re
import stat
from pathlib import Path, PurePosixPath

from corpus.errors import FileTooLarge, UnreadableFile, UnsupportedFile
from corpus.model import Span
from ingest.decoding import Decoded, declared_charset, decode
from ingest.html_reader import read_html
from ingest.source import SourceFile
from ingest.text_reader import read_text

TEXT_SUFFIXES = frozenset((".txt", ".text", ".md"))
HTML_SUFFIXES = frozenset((".html", ".htm"))
MEBIBYTE = 1024 * 1024

SAVE_WORD = "请用 WPS 或 Word 打开，另存为“纯文本（txt，UTF-8）”或“网页（html）”后再试"
SAVE_SHEET = "请用 WPS 或 Excel 打开，另存为“网页（html）”或“文本文件（制表符分隔，txt）”后再试"
SAVE_PDF = "请用 WPS 或 PDF 阅读器打开，另存为 txt 或 html；扫描件须先做文字识别"
SAVE_IMAGE = "图片须先做文字识别，把识别出的文字存为 txt（UTF-8）后再试"
SAVE_ARCHIVE = "请先解压，再逐个上传其中的 txt 或 html 文件"
SAVE_PAGE = "请在浏览器里打开网页，另存为“网页，仅 HTML”后再试"
UNSUPPORTED = {
    ".pdf": ("PDF", SAVE_PDF),
    ".ofd": ("OFD 版式文件", SAVE_PDF),
    **dict.fromkeys((".doc", ".docx", ".wps", ".rtf", ".odt"), ("文字处理文档", SAVE_WORD)),
    **dict.fromkeys((".xls", ".xlsx", ".et", ".ods"), ("电子表格", SAVE_SHEET)),
    **dict.fromkeys((".ppt", ".pptx", ".dps"), ("演示文稿", SAVE_WORD)),
    **dict.fromkeys((".zip", ".rar", ".7z", ".gz", ".tar"), ("压缩包", SAVE_ARCHIVE)),
    **dict.fromkeys(
        (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".webp"), ("图片", SAVE_IMAGE)
    ),
    **dict.fromkeys((".mht", ".mhtml"), ("网页存档", SAVE_PAGE)),
}
# First bytes of files that are not text, whatever their name says.
SIGNATURES = (
    (b"%PDF-", UNSUPPORTED[".pdf"]),
    (b"PK\x03\x04", ("压缩包或新版 Office 文档", f"{SAVE_WORD}；压缩包请先解压")),
    (b"PK\x05\x06", UNSUPPORTED[".zip"]),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ("旧版 Office 或 WPS 文档", SAVE_WORD)),
    (b"{\\rtf", UNSUPPORTED[".rtf"]),
    (b"Rar!\x1a\x07", UNSUPPORTED[".rar"]),
    (b"7z\xbc\xaf\x27\x1c", UNSUPPORTED[".7z"]),
    (b"\x1f\x8b", UNSUPPORTED[".gz"]),
    (b"\x89PNG\r\n", UNSUPPORTED[".png"]),
    (b"\xff\xd8\xff", UNSUPPORTED[".jpg"]),
    (b"GIF87a", UNSUPPORTED[".gif"]),
    (b"GIF89a", UNSUPPORTED[".gif"]),
    (b"II*\x00", UNSUPPORTED[".tif"]),
    (b"MM\x00*", UNSUPPORTED[".tif"]),
)
PAGE_START = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*|<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b", re.I | re.S
)
MARKUP_START = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*|<!--.*?-->\s*)*"
    r"<(?:!doctype\s+html|html|head|body|meta|title|div|table|p|h[1-6]|section|article|main|ul|ol)\b",
    re.I | re.S,
)
ANY_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<!--")


def read_path(path: str | Path, max_bytes: int) -> SourceFile:
    """Read a file from disk.

    Args:
        path: the file.
        max_bytes: largest size read; a larger file is refused without reading it.

    Raises:
        FileTooLarge: larger than ``max_bytes``.
        UnsupportedFile: a kind of file that is not read.
        UnreadableFile: missing, a folder, not permitted, empty, binary or wrongly encoded.
    """
    return read(file_bytes(path, max_bytes), Path(path).name, max_bytes=max_bytes)


def file_bytes(path: str | Path, max_bytes: int) -> bytes:
    """A file's bytes, after the checks that need no reading of it; as ``read_path``.

    Raises:
        FileTooLarge: larger than ``max_bytes``.
        UnreadableFile: missing, a folder, not a regular file, not permitted.
    """
    path = Path(path)
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise UnreadableFile(
                f"{path} 是文件夹，不是文件。", hint="请给出其中的文件，或用“文件夹/*.txt”逐个列出"
            )
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableFile(f"{path} 不是普通文件。", hint="请先把内容存成 txt 或 html 文件")
        _refuse_large(status.st_size, path.name, max_bytes)
        with path.open("rb") as file:
            return file.read(max_bytes + 1)
    except FileNotFoundError as error:
        raise UnreadableFile(f"找不到文件 {path}。", hint="请检查路径和文件名是否写对") from error
    except PermissionError as error:
        raise UnreadableFile(
            f"没有读取 {path} 的权限。",
            hint="请修改文件或所在文件夹的权限，或换一个有权限的用户运行",
        ) from error
    except (OSError, ValueError) as error:  # a ValueError for a NUL in the path
        reason = getattr(error, "strerror", None) or str(error)
        raise UnreadableFile(
            f"无法读取 {path}：{reason}。", hint="请检查路径、磁盘和网络盘是否正常"
        ) from error


def read(data: bytes, name: str, *, max_bytes: int) -> SourceFile:
    """Read a file's bytes.

    Args:
        data: the file's content.
        name: its name; the suffix says how it is read, unless the content says otherwise.
        max_bytes: largest size read.

    Returns:
        The file as blocks; every character of its text that is not white space is in exactly one
        cell or stretch of furniture.

    Raises:
        FileTooLarge: larger than ``max_bytes``.
        UnsupportedFile: a kind of file that is not read.
        UnreadableFile: empty, binary, wrongly encoded, or a page without text.
    """
    _refuse_large(len(data), name, max_bytes)
    suffix = PurePosixPath(name).suffix.lower()
    _refuse_unsupported(data, name, suffix)
    markup = suffix not in TEXT_SUFFIXES
    decoded = decode(data, name, declared=declared_charset(data) if markup else None)
    if not decoded.text.strip("\ufeff \t\r\n\u3000\xa0"):
        raise UnreadableFile(f"《{name}》是空文件。", hint="请确认选对了文件，并且内容已经保存")
    source = _read_html if _is_html(decoded.text, suffix) else _read_text
    return source(decoded, name, hashlib.sha256(data).hexdigest())


def unaccounted(source: SourceFile) -> list[Span]:
    """Stretches of a file's text that are in no cell and no furniture; white space aside.

    Empty for whatever ``read`` returns.
    """
    claimed = bytearray(len(source.text))
    for (start, end), _ in source.furniture:
        claimed[start:end] = b"\1" * (end - start)
    for block in source.blocks:
        for cell in block.cells:
            for offset in cell.at:
                claimed[offset] = 1
    return [
        (match.start() + gap.start(), match.start() + gap.end())
        for match in re.finditer(b"\0+", claimed)
        for gap in re.finditer(r"\S+", source.text[match.start() : match.end()])
    ]


def _refuse_large(size: int, name: str, max_bytes: int) -> None:
    if size > max_bytes:
        raise FileTooLarge(
            f"《{name}》有 {size / MEBIBYTE:.1f} MB，超过上限 {max_bytes / MEBIBYTE:.1f} MB。",
            hint="请拆分文件，或调大设置 TASHAN_MAX_FILE_MB",
        )


def _refuse_unsupported(data: bytes, name: str, suffix: str) -> None:
    found = next((kind for start, kind in SIGNATURES if data.startswith(start)), None)
    kind = UNSUPPORTED.get(suffix, found)
    if kind:
        what, hint = kind
        raise UnsupportedFile(f"《{name}》是{what}，不能直接读取。", hint=hint)


def _is_html(text: str, suffix: str) -> bool:
    start = text[:4096]
    if suffix in TEXT_SUFFIXES:
        return PAGE_START.match(start) is not None
    if suffix in HTML_SUFFIXES:
        return ANY_TAG.search(text) is not None
    return MARKUP_START.match(start) is not None


def _read_text(decoded: Decoded, name: str, sha256: str) -> SourceFile:
    blocks, furniture = read_text(decoded.text)
    if not blocks:
        raise UnreadableFile(f"《{name}》里没有文字。", hint="请确认选对了文件，并且内容已经保存")
    return SourceFile(
        name=name,
        sha256=sha256,
        encoding=decoded.encoding,
        text=decoded.text,
        blocks=blocks,
        furniture=furniture,
        truncated=decoded.truncated,
    )


def _read_html(decoded: Decoded, name: str, sha256: str) -> SourceFile:
    page = read_html(decoded.text)
    if not page.blocks:
        raise UnreadableFile(
            f"《{name}》里没有正文。",
            hint="页面没有正文，可能是脚本生成的页面；请在浏览器里打开，把正文复制成 txt 再试",
        )
    return SourceFile(
        name=name,
        sha256=sha256,
        encoding=decoded.encoding,
        text=decoded.text,
        blocks=page.blocks,
        furniture=page.furniture,
        metadata=page.metadata,
        metadata_spans=page.metadata_spans,
        truncated=decoded.truncated or page.truncated,
    )
