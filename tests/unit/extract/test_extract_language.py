"""The language of a text: by its words when there are enough, as declared otherwise."""

from __future__ import annotations

import pytest
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from crawler.extract.metadata.language import _identifier, guess_language, language_of

TEXTS = {
    "en": "The crew was in orbit for twelve days and the film is the first of its kind that was shot there with a camera of their own, which they had to carry.",
    "ru": "Съёмочная группа провела на орбите двенадцать дней, и это первый игровой фильм, который был снят там, а не в павильоне на Земле, как это было раньше.",
    "de": "Die Besatzung war zwölf Tage auf der Station, und der Film ist der erste, der mit einer Kamera gedreht wurde, die nicht auf dem Boden stand.",
    "fr": "L'équipe est restée douze jours dans la station, et le film est le premier qui ait été tourné avec une caméra que personne ne pouvait poser sur le sol.",
    "es": "El equipo estuvo doce días en la estación y la película es la primera que se rodó con una cámara que no se podía poner en el suelo, según los productores.",
    "it": "La troupe è rimasta dodici giorni sulla stazione e il film è il primo che sia stato girato con una camera che non si poteva appoggiare a terra.",
    "pt": "A equipa esteve doze dias na estação e o filme é o primeiro que foi rodado com uma câmara que não se podia pousar no chão, segundo os produtores.",
    "pl": "Ekipa spędziła na stacji dwanaście dni i jest to pierwszy film, który został nakręcony kamerą, której nie można było postawić na ziemi.",
    "tr": "Ekip istasyonda on iki gün geçirdi ve bu film, yere konulamayan bir kamera ile çekilen ilk film olarak tarihe geçti, dedi yapımcılar daha sonra.",
    "nl": "De ploeg zat twaalf dagen in het station en de film is de eerste die met een camera is gemaakt die niet op de grond kon staan, zeggen de makers.",
    "ja": "映画は国際宇宙ステーションで撮影された最初の長編映画です。撮影は十二日間にわたって行われました。",
}


@pytest.mark.parametrize("language", TEXTS)
def test_a_text_tells_its_language(language: str) -> None:
    assert language_of(TEXTS[language] * 3, None) == (language, "text")


@pytest.mark.parametrize("language", TEXTS)
def test_a_wrong_declaration_does_not_count_for_a_long_text(language: str) -> None:
    declared = "sw"

    assert language_of(TEXTS[language] * 3, declared) == (language, "text")


def test_a_short_text_is_what_it_is_declared_to_be() -> None:
    assert language_of("Ok", "de") == ("de", "declared")
    assert language_of("Ok", None) == (None, None)


def test_names_and_numbers_speak_for_no_language() -> None:
    assert guess_language("Larry Ogunjobi 63 85% Myles Garrett 57 77%") is None


def test_the_model_is_the_one_that_py3langid_loads() -> None:
    ours, theirs = _identifier(), LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)

    assert [ours.rank(text) for text in TEXTS.values()] == [theirs.rank(text) for text in TEXTS.values()]
