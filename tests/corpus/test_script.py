from __future__ import annotations

from corpus.text import Folded, fold, simplified


def test_traditional_script_folds_to_simplified() -> None:
    assert fold("工資專戶發放於臺灣") == "工资专户发放于台湾"
    assert fold("豈") == fold("\uf900") == "岂"


def test_the_map_holds_over_script() -> None:
    folded = Folded.of("農民工工資 專戶")
    assert list(folded.find("工资专户")) == [(3, 8)]


def test_phrases_convert_as_a_whole() -> None:
    assert simplified("乾隆年間的薪餉") == "乾隆年间的薪饷"
