from __future__ import annotations

import shlex
import socket
from collections.abc import Iterator

import pytest

from tests.ui.double import Double, error, running
from ui.client import ApiClient, ApiNotReady, ApiRefused, ApiUnreachable, Call, UiSettings


@pytest.fixture
def double() -> Iterator[Double]:
    with running(Double()) as started:
        yield started


@pytest.fixture
def client(double: Double) -> Iterator[ApiClient]:
    started = ApiClient(UiSettings(api_url=double.url, api_token=None))
    yield started
    started.close()


def test_an_answer_is_decoded(double: Double, client: ApiClient) -> None:
    double.answers["GET", "/v1/stats"] = 200, {"documents": 5}
    assert client.send(Call.get("v1", "stats")) == {"documents": 5}


def test_a_body_arrives_as_it_was_sent(double: Double, client: ApiClient) -> None:
    double.answers["POST", "/v1/search"] = 200, {}
    client.send(Call.post("v1", "search", body={"query": "工资 & <专户>"}))
    assert double.asked == [("POST", "/v1/search", {"query": "工资 & <专户>"})]


def test_an_id_cannot_leave_its_place_in_the_path() -> None:
    assert Call.get("v1", "practices", "../documents?x#y").path == (
        "/v1/practices/..%2Fdocuments%3Fx%23y"
    )


def test_the_token_goes_with_every_request(double: Double) -> None:
    double.answers["GET", "/v1/stats"] = 200, {}
    client = ApiClient(UiSettings(api_url=double.url + "/", api_token="secret"))
    client.send(Call.get("v1", "stats"))
    client.close()
    assert double.headers["Authorization"] == "Bearer secret"


def test_a_file_is_sent_whole(double: Double, client: ApiClient) -> None:
    double.answers["POST", "/v1/documents"] = 200, {"stored": False}
    data = bytes(range(256))
    assert client.upload("清单.txt", data, preview=True) == {"stored": False}
    assert data in double.asked[0][2]


def test_a_query_is_escaped_and_a_value_may_stand_more_than_once(
    double: Double, client: ApiClient
) -> None:
    double.answers["GET", "/v1/registry/measures"] = 200, {}
    query = {"tasks": ["甲&乙", "丙"], "limit": "5"}
    client.send(Call.get("v1", "registry", "measures", query=query))
    assert double.queries == [("/v1/registry/measures", {"tasks": ["甲&乙", "丙"], "limit": ["5"]})]


def test_a_file_is_fetched_whole_and_a_refusal_is_no_file(
    double: Double, client: ApiClient
) -> None:
    call = Call.get("v1", "registry", "measures", query={"format": "csv"})
    double.answers["GET", "/v1/registry/measures"] = 200, "\ufeffid,标题\r\n"
    assert client.download(call).decode() == "\ufeffid,标题\r\n"
    double.answers["GET", "/v1/registry/measures"] = 409, error("broken", "有引文对不上")
    with pytest.raises(ApiRefused, match="有引文对不上"):
        client.download(call)


@pytest.mark.parametrize("status", [400, 401, 404, 409, 413, 415, 422, 429, 500])
def test_a_refusal_keeps_the_words_of_the_api(
    double: Double, client: ApiClient, status: int
) -> None:
    double.answers["GET", "/v1/stats"] = status, error("x", "读不了这种文件", "请用文本文件")
    with pytest.raises(ApiRefused) as caught:
        client.send(Call.get("v1", "stats"))
    problem = caught.value
    assert (problem.message, problem.hint) == ("读不了这种文件", "请用文本文件")
    assert (problem.status, problem.request_id) == (status, "r-17")


@pytest.mark.parametrize("answer", [{}, [], {"error": None}, {"detail": "x"}])
def test_a_refusal_without_words_still_says_something(
    double: Double, client: ApiClient, answer: object
) -> None:
    double.answers["GET", "/v1/stats"] = 500, answer
    with pytest.raises(ApiRefused, match="HTTP 500"):
        client.send(Call.get("v1", "stats"))


def test_loading_is_told_from_refusing(double: Double, client: ApiClient) -> None:
    double.answers["GET", "/v1/stats"] = 503, error("not_ready", "正在载入模型")
    double.answers["GET", "/readyz"] = 503, error("not_ready", "正在载入模型")
    with pytest.raises(ApiNotReady, match="正在载入模型"):
        client.send(Call.get("v1", "stats"))
    assert not client.ready()
    double.answers["GET", "/readyz"] = 200, {"status": "ready"}
    assert client.ready()


def test_a_store_that_cannot_answer_is_not_waited_for(double: Double, client: ApiClient) -> None:
    double.answers["GET", "/v1/stats"] = 503, error("store_full", "磁盘已满", "请清理磁盘")
    with pytest.raises(ApiRefused, match="磁盘已满"):
        client.send(Call.get("v1", "stats"))


def test_another_program_at_the_address_is_said(double: Double, client: ApiClient) -> None:
    double.answers["GET", "/v1/stats"] = 200, "<html>hello</html>"
    with pytest.raises(ApiUnreachable, match="不是他山的接口"):
        client.send(Call.get("v1", "stats"))


def test_nobody_at_the_address_is_said_with_what_to_do() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    client = ApiClient(UiSettings(api_url=url, api_token=None))
    with pytest.raises(ApiUnreachable) as caught:
        client.send(Call.get("v1", "stats"))
    assert url in caught.value.message
    assert "tashan serve" in caught.value.hint
    assert not client.ready()
    client.close()


@pytest.mark.parametrize("url", ["http://[bad", "http://a b", "127.0.0.1:8000", "", "ftp://x"])
def test_an_address_that_is_none_is_said(url: str) -> None:
    with pytest.raises(ApiUnreachable, match=r"连接不上|不是有效的网址"):
        ApiClient(UiSettings(api_url=url, api_token=None)).send(Call.get("v1", "stats"))


def test_a_proxy_for_other_machines_is_not_asked_for_this_one(
    double: Double, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    double.answers["GET", "/v1/stats"] = 200, {}
    client = ApiClient(UiSettings(api_url=double.url, api_token=None))
    assert client.send(Call.get("v1", "stats")) == {}
    client.close()


def test_the_call_shown_is_the_call_made_and_keeps_the_token_secret() -> None:
    settings = UiSettings(api_url="http://127.0.0.1:8000/", api_token="secret")
    call = Call.post("v1", "search", body={"query": "it's $HOME `工资`"})
    words = shlex.split(call.curl(settings))
    assert words[:4] == ["curl", "-sS", "-X", "POST"]
    assert words[words.index("-d") + 1] == call.body
    assert "http://127.0.0.1:8000/v1/search" in words
    assert "secret" not in call.curl(settings)
    assert '"Authorization: Bearer $TASHAN_API_TOKEN"' in call.curl(settings)
    assert "Authorization" not in call.curl(UiSettings(api_url="http://x", api_token=None))


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TASHAN_API_URL", "http://10.0.0.1:9")
    monkeypatch.setenv("TASHAN_API_TOKEN", "t")
    settings = UiSettings()
    assert (settings.api_url, settings.api_token) == ("http://10.0.0.1:9", "t")
