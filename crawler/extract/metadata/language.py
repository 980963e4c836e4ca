"""The language an article is written in: by its text when there is enough of it, as declared otherwise."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from typing import Any

from crawler.extract.page.blocks import text_size

#: characters, as `text_size` counts them, that a text needs to be believed over a declaration
MIN_CHARS = 200
#: characters that are looked at
_SAMPLE_CHARS = 2000
#: languages that are told apart badly; a declaration within the family counts
_FAMILIES = (
    frozenset({"no", "nb", "nn", "da", "sv"}),
    frozenset({"hr", "sr", "bs", "sl"}),
    frozenset({"id", "ms", "jv"}),
    frozenset({"ru", "uk", "be", "bg", "mk"}),
    frozenset({"es", "gl", "ca", "pt", "an", "oc"}),
    frozenset({"cs", "sk"}),
    frozenset({"nl", "af"}),
    frozenset({"hi", "mr", "ne"}),
)
#: small words that a language uses all the time
_SMALL_WORDS = {
    "en": "the and of to in is that was for with his they this from have are which were been has",
    "ru": "и в не на что с он как это по но из у за от для был она его также",
    "de": "der die und das ist nicht mit dem den von auf für ein eine sich auch werden wird bei nach",
    "fr": "le les et des est une dans qui que pour pas sur au avec il du sont été cette ce",
    "es": "el los y las que del una por con para su como más fue pero está este ha también ser",
    "it": "il di che è della per un con del una sono non gli anche nel alla dei più ha ma",
    "pt": "o os e do da que em um não uma com para ao no na dos são foi mais também",
    "pl": "i w się na nie z że do to jest o jak po przez od ale za dla był oraz",
    "tr": "ve bir bu için ile da de olarak daha olan çok gibi kadar sonra ancak ise var değil her",
    "id": "yang dan di untuk dengan pada tidak ini dari dalam itu akan juga oleh ke adalah sebagai",
    "sv": "och att det som en på är av för med den till har inte om ett han var från",
    "cs": "se na je že jsou který jako podle nebo také byla bude ještě které však při aby kde",
    "hu": "a az és hogy nem is egy volt meg ez azt csak már de vagy mint még",
    "ro": "și în de la a cu că pe nu din o care pentru este mai un sunt fost",
    "uk": "і в не на що з та до у за як від для це був про його також який але",
    "nl": "de het een en van in dat is op niet te zijn voor met hij maar aan ook bij werd",
}
#: scripts that only one language is written in
_SCRIPTS = {
    "ja": re.compile("[\u3040-\u30ff]"),
    "ko": re.compile("[\uac00-\ud7af]"),
    "el": re.compile("[\u0370-\u03ff]"),
    "he": re.compile("[\u0590-\u05ff]"),
    "th": re.compile("[\u0e00-\u0e7f]"),
    "hy": re.compile("[\u0530-\u058f]"),
    "ka": re.compile("[\u10a0-\u10ff]"),
}
_WORD = re.compile(r"[^\W\d_]+")


def guess_language(text: str) -> str | None:
    """The language of a text by its script or its small words; None when these do not decide.

    >>> guess_language("The crew was in orbit for twelve days and the film is the first of its kind.")
    'en'
    """
    (first, language), (second, _) = _ranking(text)[:2]
    return language if first >= 4 and first >= 1.4 * second else None


def _ranking(text: str) -> list[tuple[int, str]]:
    """(small words found, language), most first."""
    sample = text[:_SAMPLE_CHARS].lower()
    for language, letters in _SCRIPTS.items():
        if len(letters.findall(sample)) * 4 > len(sample):
            return [(len(sample), language), (0, "")]
    words = Counter(_WORD.findall(sample))
    scores = ((sum(words[word] for word in known), language) for language, known in _tables().items())
    return sorted(scores, reverse=True)


@cache
def _tables() -> dict[str, tuple[str, ...]]:
    return {language: tuple(words.split()) for language, words in _SMALL_WORDS.items()}


@cache
def _identifier() -> Any:
    """py3langid's model, loaded once per process."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # numpy and the model cost half a second

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def language_of(text: str, declared: str | None) -> tuple[str | None, str | None]:
    """ISO 639-1 code of a text's language, and where it was read: "text", "declared" or None.

    Args:
        text: the article's text.
        declared: what the page or the feed says; believed when the text's small
            words bear it out. Where these say otherwise or nothing, py3langid decides.
    """
    if text_size(text) < MIN_CHARS:
        return declared, "declared" if declared else None
    ranking = _ranking(text)
    if declared and ranking[0][1] == declared and ranking[0][0] >= 2:
        return declared, "declared"
    if declared is None and (guess := guess_language(text)) is not None:
        return guess, "text"
    found, probability = _identifier().classify(text[:_SAMPLE_CHARS])
    if declared and declared != found and (probability < 0.9 or _are_family(found, declared)):
        return declared, "declared"
    return str(found), "text"


def _are_family(one: str, other: str) -> bool:
    return any(one in family and other in family for family in _FAMILIES)
