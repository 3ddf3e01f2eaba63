import pytest

from ingest.numerals import chinese_number, chinese_numeral


def test_every_numeral_to_99_comes_back():
    assert [chinese_number(chinese_numeral(n)) for n in range(1, 100)] == list(range(1, 100))


@pytest.mark.parametrize("text", ["", "廿", "十十", "一百", "1", "三二一", "Ξ"])
def test_what_is_no_numeral(text):
    assert chinese_number(text) is None
