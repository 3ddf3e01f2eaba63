"""The command ``tashan``.

While a server runs on the same data folder the commands go through it, since one process owns the
store; otherwise they open the store themselves. Nothing heavy is imported before it is needed.
"""

from __future__ import annotations

import argparse
import io
import json
import logging
import sys
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from corpus.errors import InputError, TashanError
from corpus.settings import Settings

# Option, filter of search, what it is of.
EXPORT_FILTERS = (
    ("--region", "regions", "地区"),
    ("--exclude-region", "exclude_regions", "不要的地区"),
    ("--level", "levels", "地区层级（province、city、county）"),
    ("--theme", "themes", "主题编号"),
    ("--document", "documents", "文件编号"),
    ("--kind", "kinds", "类型（practice、plan_item）"),
    ("--task", "tasks", "工作任务"),
    ("--measure", "measures", "主要举措"),
    ("--instrument", "instruments", "政策工具类型"),
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; 0 when all went well, 1 when something was refused, 2 for wrong usage."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a console may not know every character
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    arguments = build_parser().parse_args(argv)
    try:
        settings = _settings(arguments)
        logging.basicConfig(
            level=settings.log_level.upper(), format="%(levelname)s %(name)s: %(message)s"
        )
        for noisy in ("haystack", "httpx", "sentence_transformers"):
            logging.getLogger(noisy).setLevel(logging.WARNING)
        run: Callable[[argparse.Namespace, Settings], int] = arguments.run
        return run(arguments, settings)
    except TashanError as error:
        print(f"错误：{error.message}", file=sys.stderr)
        if error.hint:
            print(f"建议：{error.hint}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        return 1
    except OSError as error:
        print(f"错误：{error.strerror or error}：{error.filename or ''}", file=sys.stderr)
        print("建议：请检查路径、权限和磁盘；tashan doctor 会逐项检查", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def build_parser() -> argparse.ArgumentParser:
    """All commands and their options."""
    parser = argparse.ArgumentParser(
        prog="tashan", description="他山：中国政策做法的知识库与检索服务"
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="命令")

    serve = commands.add_parser("serve", help="启动 API 和界面")
    serve.add_argument("--host", help="API 监听的地址（TASHAN_HOST）")
    serve.add_argument("--port", type=int, help="API 的端口（TASHAN_PORT）")
    serve.add_argument("--ui-port", type=int, help="界面的端口（TASHAN_UI_PORT）")
    serve.add_argument("--no-ui", action="store_true", help="只启动 API")
    serve.set_defaults(run=_serve)

    ingest = commands.add_parser("ingest", help="把文件解析入库")
    ingest.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="文件或文件夹")
    ingest.add_argument("--preview", action="store_true", help="只解析，不入库")
    ingest.add_argument("--json", action="store_true", help="输出 JSON")
    ingest.set_defaults(run=_ingest)

    search = commands.add_parser("search", help="检索")
    search.add_argument("query", help="问题或关键词")
    search.add_argument("--mode", choices=("hybrid", "semantic", "keyword"), default="hybrid")
    search.add_argument("--region", action="append", default=[], help="限定地区，可重复")
    search.add_argument("--limit", type=int, default=10, help="最多几条")
    search.add_argument("--json", action="store_true", help="输出 JSON")
    search.set_defaults(run=_search)

    compare = commands.add_parser("compare", help="比较各地区在各主题上的做法")
    compare.add_argument("regions", nargs="*", metavar="REGION", help="地区；不写则为全部")
    compare.add_argument("--theme", action="append", default=[], help="限定主题，可重复")
    compare.add_argument(
        "--level", choices=("province", "city", "county", "as_stated"), default="province",
        help="汇总到哪一级",
    )  # fmt: skip
    compare.add_argument("--json", action="store_true", help="输出 JSON")
    compare.set_defaults(run=_compare)

    export = commands.add_parser("export", help="导出登记表")
    export.add_argument("table", metavar="TABLE", help="表名，或 package（全部，Data Package）")
    export.add_argument("--format", choices=("csv", "xlsx", "parquet", "jsonl"), help="文件格式")
    export.add_argument("-o", "--output", metavar="FILE", help="写入的文件；- 为标准输出")
    export.add_argument("--bom", action="store_true", help="CSV 前加 BOM，供 Excel 识别编码")
    for option, _, what in EXPORT_FILTERS:
        export.add_argument(option, action="append", default=[], help=f"限定{what}，可重复")
    export.add_argument("--find", default="", metavar="WORDS", help="只要含有这些字词的行")
    export.add_argument(
        "--sort", default="", metavar="COLUMN", help="按这一列排序；--sort=-列名 从大到小"
    )
    export.add_argument(
        "--column", action="append", default=[], help="只要编号和这一列，可重复，按所写的次序"
    )
    export.set_defaults(run=_export)

    course = commands.add_parser("course-pack", help="由做法编成课程包")
    course.add_argument("ids", nargs="+", metavar="ID", help="做法或条目的编号，按讲授的顺序")
    course.add_argument("--title", required=True, help="课程包的标题")
    course.add_argument(
        "--format", choices=("docx", "pptx", "md", "json"), help="文件格式；不写则看文件的后缀"
    )
    course.add_argument("--audience", default="", help="讲给谁听，写在扉页上")
    course.add_argument("--no-questions", action="store_true", help="不要讨论题和检查题")
    course.add_argument("-o", "--output", type=Path, metavar="FILE", help="写入的文件")
    course.set_defaults(run=_course_pack)

    evaluate = commands.add_parser("eval", help="用手工标注评测")
    evaluate.add_argument("--ablation", action="store_true", help="也测检索的各个部分各有多少作用")
    evaluate.add_argument("--stard-corpus", type=Path, help="STARD 的法条（JSON Lines，可 .xz）")
    evaluate.add_argument("--stard-queries", type=Path, help="STARD 的问题（JSON Lines，可 .xz）")
    evaluate.add_argument("--json", action="store_true", help="输出 JSON")
    evaluate.set_defaults(run=_eval)

    bench = commands.add_parser("bench", help="测速，与同类做法并列")
    bench.add_argument("--articles", type=Path, help="法条 JSON Lines（可为 .xz），测大规模语料")
    bench.add_argument("--limit", type=int, help="只取前若干条法条")
    bench.add_argument("--queries", type=int, default=200, help="每种测法的查询次数")
    bench.add_argument("--json", action="store_true", help="输出 JSON")
    bench.set_defaults(run=_bench)

    doctor = commands.add_parser("doctor", help="检查运行环境")
    doctor.add_argument("--json", action="store_true", help="输出 JSON")
    doctor.set_defaults(run=_doctor)
    return parser


def _settings(arguments: argparse.Namespace) -> Settings:
    given = {
        name: value
        for name in ("host", "port", "ui_port")
        if (value := getattr(arguments, name, None)) is not None
    }
    try:
        return Settings(**given)
    except ValidationError as error:
        first = error.errors()[0]
        name = f"TASHAN_{'_'.join(str(part) for part in first['loc']).upper()}"
        raise InputError(
            f"设置 {name} 的值“{first['input']}”不能用：{first['msg']}",
            hint="请对照 README 的设置一节",
        ) from error


def _print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))


def _serve(arguments: argparse.Namespace, settings: Settings) -> int:
    from api.serve import serve

    return serve(settings, with_ui=not arguments.no_ui)


def _doctor(arguments: argparse.Namespace, settings: Settings) -> int:
    from api.doctor import examine

    checks = list(examine(settings))
    if arguments.json:
        _print_json([{"name": c.name, "well": c.well, "found": c.found} for c in checks])
    else:
        for check in checks:
            print(f"{'正常' if check.well else '异常'}  {check.name}：{check.found}")
    return 0 if all(check.well for check in checks) else 1


def _ingest(arguments: argparse.Namespace, settings: Settings) -> int:
    from api.commands import ingest_files

    results = ingest_files(arguments.paths, settings, preview=arguments.preview)
    if arguments.json:
        _print_json(results)
    else:
        for result in results:
            print(_line(result))
    return 1 if any("error" in result for result in results) else 0


def _line(result: dict[str, Any]) -> str:
    if "error" in result:
        return f"未入库  {result['path']}：{result['error']}（{result['hint']}）"
    state = {"preview": "预览", "stored": "已入库", "unchanged": "未变动"}[result["state"]]
    return (
        f"{state}  {result['path']}：《{result['title']}》 做法 {result['practices']} 条，"
        f"条目 {result['plan_items']} 条，修复 {result['repairs']} 处，存疑 {result['doubts']} 处"
    )


def _search(arguments: argparse.Namespace, settings: Settings) -> int:
    from api.commands import search

    body = {
        "query": arguments.query,
        "mode": arguments.mode,
        "limit": arguments.limit,
        "filters": {"regions": arguments.region},
    }
    answer = search(body, settings)
    if arguments.json:
        _print_json(answer)
        return 0
    coverage = answer["coverage"]
    if answer["weak"]:
        print(
            f"没有找到先例：{coverage['practices']} 条做法、{coverage['plan_items']} 个条目，"
            f"来自 {coverage['documents']} 份文件。以下只是最接近的："
        )
    for place, hit in enumerate(answer["hits"], start=1):
        region = hit["region"]["name"] if hit["region"] else "地区未定"
        print(f"{place:>2}. {region}｜{hit['title']}\n    {hit['citation']}")
    return 0


def _compare(arguments: argparse.Namespace, settings: Settings) -> int:
    from api.commands import compare
    from api.compare_text import lines

    body = {"regions": arguments.regions, "themes": arguments.theme, "level": arguments.level}
    answer = compare(body, settings)
    if arguments.json:
        _print_json(answer)
    else:
        for line in lines(answer):
            print(line)
    return 0


def _export(arguments: argparse.Namespace, settings: Settings) -> int:
    from api.export_command import export

    given = vars(arguments)
    target = export(
        arguments.table,
        settings,
        fmt=arguments.format,
        output=arguments.output,
        bom=arguments.bom,
        asked={name: given[option[2:].replace("-", "_")] for option, name, _ in EXPORT_FILTERS}
        | {"find": arguments.find, "sort": arguments.sort, "columns": arguments.column},
    )
    if target is not None:
        print(f"已导出到 {target}（{target.stat().st_size:,} 字节）")
    return 0


def _course_pack(arguments: argparse.Namespace, settings: Settings) -> int:
    from api.course_command import course_pack

    body = {
        "title": arguments.title,
        "practice_ids": arguments.ids,
        "audience": arguments.audience,
        "questions": not arguments.no_questions,
    }
    target = course_pack(body, settings, fmt=arguments.format, output=arguments.output)
    print(f"课程包已写到 {target}（{target.stat().st_size:,} 字节）")
    return 0


def _eval(arguments: argparse.Namespace, settings: Settings) -> int:
    _need("ir_measures", "eval")
    from evals.report import evaluate, render

    if (arguments.stard_corpus is None) != (arguments.stard_queries is None):
        raise InputError("STARD 的法条和问题要一起给", hint="--stard-corpus 和 --stard-queries")
    stard = (arguments.stard_corpus, arguments.stard_queries) if arguments.stard_corpus else None
    result = evaluate(settings, ablation=arguments.ablation, stard=stard)
    if arguments.json:
        _print_json(result)
    else:
        print(render(result))
    return 0


def _need(module: str, extra: str) -> None:
    """Say which extra of the package is missing, before anything long begins."""
    if find_spec(module) is None:
        raise InputError(
            f"这个命令要用到扩展 {extra}", hint=f'请安装：python -m pip install -e ".[{extra}]"'
        )


def _bench(arguments: argparse.Namespace, settings: Settings) -> int:
    _need("bm25s", "bench")
    from evals.bench import bench, render

    result = bench(settings, arguments.articles, arguments.limit, arguments.queries)
    if arguments.json:
        _print_json(result)
    else:
        print(render(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
