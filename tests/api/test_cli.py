"""The command as a user runs it: in a process of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import time

import httpx
import pytest

from corpus.settings import BUNDLED_MODEL, DOCUMENTS

PLAN = "某某工作方案\n为推进工作，制定本方案。\n一、目标\n到2025年建成十个培训站。\n"


def tashan(*arguments, data, timeout=120, **variables):
    environment = {k: v for k, v in os.environ.items() if not k.startswith("TASHAN_")}
    environment |= {"TASHAN_DATA_DIR": str(data), **variables}
    return subprocess.run(
        [sys.executable, "-m", "api.cli", *map(str, arguments)],
        env=environment, capture_output=True, text=True, timeout=timeout,
    )  # fmt: skip


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """A data folder with the shipped corpus in it."""
    folder = tmp_path_factory.mktemp("data")
    done = tashan("search", "工资专户", data=folder)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def server(data):
    """A server on the data folder, its UI left out."""
    port = free_port()
    environment = os.environ | {"TASHAN_DATA_DIR": str(data)}
    command = [sys.executable, "-m", "api.cli", "serve", "--no-ui", "--port", str(port)]
    process = subprocess.Popen(command, env=environment)
    url = f"http://127.0.0.1:{port}"
    wait_ready(url, process)
    yield url, process
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0


def wait_ready(url, process, seconds=60):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        assert process.poll() is None, "the server ended"
        try:
            if httpx.get(f"{url}/readyz", trust_env=False).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    raise AssertionError("not ready in time")


def test_search_prints_the_precedent_first(data):
    done = tashan("search", "工资专户代发", data=data)
    assert "重庆市｜全面推行农民工工资专户管理及银行代发制度" in done.stdout.splitlines()[0]


def test_search_as_json_is_the_api_answer(data):
    done = tashan("search", "工资专户代发", "--json", "--region", "重庆", data=data)
    answer = json.loads(done.stdout)
    assert {hit["region"]["adcode"] for hit in answer["hits"]} == {"500000"}
    assert answer["coverage"] == {"documents": 5, "practices": 83, "plan_items": 64}


def test_compare_prints_what_regions_do_and_lack(data):
    done = tashan("compare", "江门", "武汉", "--level", "city", data=data)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "湖北省武汉市（420100）共 18 条"
    assert any(line.startswith("    有：") and "平台建设与功能" in line for line in lines)
    assert any(line.startswith("    空白：") for line in lines)
    assert lines[-1].startswith("可比地区：")


def test_compare_as_json_is_the_api_answer(data):
    done = tashan("compare", "沪", "--theme", "实名制与信息化", "--json", data=data)
    answer = json.loads(done.stdout)
    assert [row["name"] for row in answer["regions"]] == ["上海市"]
    assert {theme["parent"]["id"] for theme in answer["themes"]} == {"real-name"}
    assert answer["total"] == sum(cell["count"] for cell in answer["cells"]) > 0


def test_compare_names_what_it_does_not_know(data):
    done = tashan("compare", "月球", data=data)
    assert done.returncode == 1
    assert "月球" in done.stderr and "建议" in done.stderr


def test_bad_files_are_reported_and_skipped(tmp_path):
    (tmp_path / "好.txt").write_text(PLAN)
    (tmp_path / "空.txt").write_text("")
    (tmp_path / "图.pdf").write_bytes(b"%PDF-1.4")
    done = tashan(
        "ingest", tmp_path / "好.txt", tmp_path / "空.txt", tmp_path / "图.pdf", tmp_path / "无.txt",
        "--json", data=tmp_path / "data",
    )  # fmt: skip
    results = json.loads(done.stdout)
    assert done.returncode == 1
    assert [r.get("state") for r in results] == ["stored", None, None, None]
    assert all(r["hint"] for r in results[1:])


def test_a_large_file_is_refused_without_reading_it(tmp_path):
    large = tmp_path / "大.txt"
    with large.open("wb") as stream:
        stream.truncate(200 * 2**20)
    done = tashan("ingest", large, "--json", data=tmp_path / "data")
    (result,) = json.loads(done.stdout)
    assert "TASHAN_MAX_FILE_MB" in result["hint"]


def test_commands_go_through_a_running_server(server, data, tmp_path):
    url, _ = server
    file = tmp_path / "方案.txt"
    file.write_text(PLAN)
    done = tashan("ingest", file, "--preview", "--json", data=data)
    assert json.loads(done.stdout)[0]["state"] == "preview"
    done = tashan("ingest", file, "--json", data=data)
    (result,) = json.loads(done.stdout)
    assert result["state"] == "stored"
    assert httpx.get(f"{url}/v1/documents/{result['id']}", trust_env=False).status_code == 200
    done = tashan("search", "建成十个培训站", "--json", data=data)
    assert json.loads(done.stdout)["hits"][0]["document"]["id"] == result["id"]
    done = tashan("ingest", file, "--json", data=data)
    assert json.loads(done.stdout)[0]["state"] == "unchanged"
    assert httpx.delete(f"{url}/v1/documents/{result['id']}", trust_env=False).is_success


def test_doctor_finds_the_server(server, data):
    done = tashan("doctor", "--json", data=data)
    checks = {check["name"]: check for check in json.loads(done.stdout)}
    assert all(check["well"] for check in checks.values()), done.stdout
    assert server[0] in checks["存储"]["found"]


def test_a_second_server_on_the_same_folder_is_refused(server, data):
    done = tashan("serve", "--no-ui", "--port", free_port(), data=data, timeout=60)
    assert done.returncode == 1
    assert server[0] in done.stderr


def test_a_taken_port_is_named(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = tashan("serve", "--no-ui", "--port", port, data=tmp_path)
    assert done.returncode == 1
    assert str(port) in done.stderr
    assert "TASHAN_PORT" in done.stderr


def test_another_address_needs_a_token(tmp_path):
    done = tashan("serve", "--no-ui", "--host", "0.0.0.0", "--port", free_port(), data=tmp_path)
    assert done.returncode == 1
    assert "TASHAN_API_TOKEN" in done.stderr


def test_a_wrong_setting_is_named(tmp_path):
    done = tashan("doctor", data=tmp_path, TASHAN_PORT="eighty")
    assert done.returncode == 1
    assert "TASHAN_PORT" in done.stderr


def test_doctor_names_what_is_wrong(tmp_path):
    file = tmp_path / "file"
    file.write_text("")
    done = tashan("doctor", data=file / "below", TASHAN_PROT="1")
    assert done.returncode == 1
    assert "TASHAN_PROT" in done.stdout
    assert "不是目录" in done.stdout


def test_doctor_tells_the_models_and_names_one_that_does_not_fit(tmp_path):
    done = tashan("doctor", "--json", data=tmp_path)
    checks = {check["name"]: check for check in json.loads(done.stdout)}
    assert checks["向量模型"]["found"].startswith("bundled，")
    assert checks["重排模型"] == {"name": "重排模型", "well": True, "found": "不用"}
    model = str(BUNDLED_MODEL)
    done = tashan("doctor", data=tmp_path, TASHAN_RERANKER=model, TASHAN_QUERY_PREFIX="找：")
    assert done.returncode == 1
    assert "查询前加“找：”" in done.stdout
    assert "不是重排模型" in done.stdout


def test_a_model_that_is_not_there_is_named(tmp_path):
    done = tashan(
        "search", "工资", data=tmp_path, TASHAN_EMBEDDING_MODEL=str(DOCUMENTS), HF_HUB_OFFLINE="1"
    )
    assert done.returncode == 1
    assert "TASHAN_EMBEDDING_MODEL" in done.stderr


def test_eval_prints_the_scores(tmp_path):
    done = tashan("eval", "--json", data=tmp_path)
    total = json.loads(done.stdout)["parsing"][-1]
    assert total["gold"] == total["found"] == 147
    assert not any(row["errors"] for row in json.loads(done.stdout)["parsing"])
