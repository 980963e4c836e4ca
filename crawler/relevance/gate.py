"""A cheap look at a raw page: may any article on it score? A page that may not is never extracted.

How it can be sure. It reads every word that an extractor could take for text or
metadata: entities and JSON escapes are resolved, tags inside words closed up,
and when the charset is a guess every guess is looked at. It asks only for the
longest single word of each term, in all languages. It adds up the most that
each rule could give for the sentences in which its words meet. Phrases,
distances, quotation marks, languages and deductions are left to the judge, so
the sum is never below the score of an article on that page.
"""

from __future__ import annotations

import codecs
import html
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from itertools import accumulate

from ahocorasick_rs import AhoCorasick, Implementation

from crawler.relevance.judge import slug_of
from crawler.relevance.matcher import shared_terms
from crawler.relevance.rules import RUNNING_TEXT, STANDS_FOR, Rule, Topic, concept_masks, union
from crawler.relevance.terms import Spelling
from db.folding import SENTENCE, fold

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_META_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w:.-]+)", re.IGNORECASE)
#: tried together when a page that is not UTF-8 does not say what it is, or says it wrongly
_GUESSES = (
    "windows-1251",
    "windows-1252",
    "gb18030",
    "shift_jis",
    "euc-jp",
    "euc-kr",
    "big5",
    "koi8-r",
    "windows-1256",
)
#: never text: comments, styles, drawings, and scripts that are not JSON
_OPENING = re.compile(r"<!--|<(?:style|svg|script)\b[^<>]*>?", re.IGNORECASE)
_CLOSING = {"<!--": "-->", "<style": "</style", "<svg": "</svg", "<script": "</script"}
_JSON_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|[nrtbf/\"\\])")
_INLINE_TAG = (
    r"</?(?:a|abbr|b|bdi|bdo|big|cite|code|del|dfn|em|font|i|ins|kbd|mark|nobr|q|ruby|rb|rt|s|samp|small|span"
    r"|strike|strong|sub|sup|tt|u|var|wbr)\b[^<>]*>"
)
_INSIDE_WORD = re.compile(rf"<(?<=[^\s>]<){_INLINE_TAG[1:]}(?:{_INLINE_TAG})*(?=[^\s<])", re.IGNORECASE)
_HEADING = re.compile(r"<(h[1-6]|title)\b[^<>]*>(.{0,1000}?)</\1", re.IGNORECASE | re.DOTALL)
#: no sentence goes on behind these
_BLOCK = re.compile(
    r"</?(?:p|div|li|ul|ol|dl|h[1-6]|title|article|section|header|footer|nav|main|aside|figure|figcaption"
    r"|blockquote|table|tr|form|option|script)\b(?=[\s/>])(?:[^<>]*>)?",
    re.IGNORECASE,
)
#: a meta element carries metadata in its attributes; of any other tag nothing is read
_TAG = re.compile(r"</?(?!meta\b)[a-zA-Z!?][^<>]*>", re.IGNORECASE)
#: sets of topics that stay ready
_REMEMBERED = 16
_JOINT, _BREAK = "\x00", "\x01"
_SENTENCE = re.compile(re.escape(SENTENCE))

#: masks of terms that must meet in a sentence, and of those that must occur
Need = tuple[tuple[int, ...], tuple[int, ...]]


def may_score(body: bytes | str, topic: Topic, *, url: str = "", title: str = "") -> bool:
    """Whether an article on this page could be judged `mention` or `relevant` by one topic; see `may_any_score`."""
    return may_any_score((body,), (topic,), url=url, title=title)


def may_any_score(
    bodies: Iterable[bytes | str], topics: tuple[Topic, ...], *, url: str = "", title: str = ""
) -> bool:
    """Whether an article in one of these could be judged `mention` or `relevant` by one of the topics.

    A page that is let through may still be off topic; a page that is not let
    through is. A page is folded and looked through once, however many topics
    there are. Costs a small part of an extraction (see bench/README.md).

    Args:
        bodies: the response's bytes, or its decoded HTML; and what else may give the article.
        url: of the page; its words are judged too.
        title: what the source said about it, in case the page has none.
    """
    gate = _gate(topics)
    known = fold(f"{slug_of(url)}\n{title}")
    texts = (text for body in bodies for text in ([body] if isinstance(body, str) else readings(body)))
    return any(gate.may_reach(f"{known}{SENTENCE}{visible_words(text)}") for text in texts)


def readings(body: bytes) -> list[str]:
    """The decoded page; several readings when its charset has to be guessed."""
    for mark, charset in _BOMS:
        if body.startswith(mark):
            return [body.decode(charset, "replace")]
    try:
        return [body.decode("utf-8")]
    except UnicodeDecodeError as problem:
        if len(body) - problem.start < 4:  # cut off inside the last character
            return [body.decode("utf-8", "replace")]
    declared = _META_CHARSET.search(body[:4096])
    names = [declared[1].decode("ascii", "replace")] if declared else []
    texts = (_decoded(body, name) for name in (*names, "utf-8", *_GUESSES))
    return list(dict.fromkeys(text for text in texts if text is not None))


def _decoded(body: bytes, charset: str) -> str | None:
    """Damaged bytes become U+FFFD; None for a charset nobody knows."""
    try:
        return body.decode(charset, "replace")
    except LookupError:
        return None


def visible_words(text: str) -> str:
    """All words of a page that could become text or metadata, folded; sentences end at blocks and full stops."""
    text = _without_scripts(text).replace(_JOINT, " ").replace(_BREAK, " ")
    if "\\" in text:
        text = _JSON_ESCAPE.sub(lambda found: chr(int(found[1], 16)) if found[1] else " ", text)
    headings = "".join(f" {_BREAK} {_TAG.sub(' ', inside)}" for _, inside in _HEADING.findall(text))
    text = _without_tags(text) + headings
    for _ in range(2):  # metadata is often escaped twice
        if "&" in text:
            text = html.unescape(text)
    if "<" in text:  # so are the tags of a text in JSON
        text = _without_tags(text)
    words = text.split()
    if _JOINT in text:
        words = [_both_ways(word) if _JOINT in word else word for word in words]
    return fold(" ".join(words).replace(_BREAK, "\n"))


def _without_tags(text: str) -> str:
    """A text with marks in place of its tags: a joint inside a word, a break where a sentence ends, else a space.

    Of meta elements the attributes stay.
    """
    text = _BLOCK.sub(f" {_BREAK} ", text.replace("<meta", f" {_BREAK} ").replace("<META", f" {_BREAK} "))
    return _TAG.sub(" ", _INSIDE_WORD.sub(_JOINT, text))


def _without_scripts(text: str) -> str:
    """A page without what is never text. What is not closed is kept: the parser may see it otherwise."""
    kept: list[str] = []
    begin, at, unclosed = 0, 0, set[str]()
    while opening := _OPENING.search(text, at):
        at = opening.end()
        tag = opening.group()[:2000].lower()
        kind = next(kind for kind in _CLOSING if tag.startswith(kind))
        if kind in unclosed or (kind == "<script" and "json" in tag):
            continue
        closing = _first(text, _CLOSING[kind], at)
        if closing < 0:
            unclosed.add(kind)
            continue
        kept.append(text[begin : opening.start()])
        begin = at = closing + len(_CLOSING[kind])
    return " ".join([*kept, text[begin:]])


def _first(text: str, tag: str, at: int) -> int:
    """Where the tag begins, in small or capital letters; -1 when it is not there."""
    small = text.find(tag, at)
    return small if small >= 0 else text.find(tag.upper(), at)


def _both_ways(word: str) -> str:
    """A word with tags inside: closed up, and taken apart."""
    return f"{word.replace(_JOINT, '')} {word.replace(_JOINT, ' ')}"


class _Gate:
    """The words of the terms of some topics, and what they could make possible at most."""

    def __init__(self, topics: tuple[Topic, ...]) -> None:
        lists, used = shared_terms(topics)
        #: rarest word -> the other words of the term -> bits of the lists that have it
        owners: defaultdict[str, defaultdict[tuple[str, ...], int]] = defaultdict(lambda: defaultdict(int))
        for at, terms in enumerate(lists):
            for spelling in (spelling for _, term in terms for spelling in term.spellings):
                rarest, *others = words_of(spelling)
                owners[rarest][tuple(others)] |= 1 << at
        self._owners = tuple(tuple(each.items()) for each in owners.values())
        self._automaton = AhoCorasick(list(owners), implementation=Implementation.ContiguousNFA)
        needs: dict[Need, int] = {}
        self._topics = tuple(
            _Possible(topic, numbers, needs) for topic, numbers in zip(topics, used, strict=True)
        )
        #: what rules ask for, each once, however many topics have the rule
        self._needs = tuple(needs)

    def may_reach(self, folded: str) -> bool:
        """Whether the words of a page could add up to a mention of any topic."""
        found = self._sentences(folded)
        everything = union(each for each, _ in found)
        met: dict[int, int] = {}
        for topic in self._topics:
            if not everything & topic.concepts:
                continue
            most = 0.0
            for need, sums in topic.rules:
                if need not in met:
                    met[need] = _meetings(self._needs[need], everything, found)
                most += sums[min(met[need], len(sums) - 1)]
            if most >= topic.enough:
                return True
        return False

    def _sentences(self, folded: str) -> list[tuple[int, list[int]]]:
        """For each sentence with a term: all that is in it, and what each word found can be a term of."""
        ends = [found.start() for found in _SENTENCE.finditer(folded)]
        hits: defaultdict[int, list[int]] = defaultdict(list)
        for word, start, _ in self._automaton.find_matches_as_indexes(folded, overlapping=True):
            hits[bisect_left(ends, start)].append(word)
        bounds = [-1, *ends, len(folded)]
        found = []
        for at, words in hits.items():
            if masks := self._masks(words, folded[bounds[at] + 1 : bounds[at + 1]]):
                found.append((union(masks), masks))
        return found

    def _masks(self, words: list[int], sentence: str) -> list[int]:
        """For each word found: the lists of which it can be a term, as all its words are in the sentence."""
        possible: dict[int, int] = {}
        for word in words:
            if word not in possible:
                possible[word] = 0
                for others, bits in self._owners[word]:
                    if not others or all(other in sentence for other in others):
                        possible[word] |= bits
        return [possible[word] for word in words if possible[word]]


def _meetings(need: Need, everything: int, sentences: Iterable[tuple[int, list[int]]]) -> int:
    """In how many sentences, at most, what a rule asks for comes together; for one of the whole article 1 at most."""
    sentence, article = need
    if not all(everything & each for each in (*article, *sentence)):
        return 0
    if not sentence:
        return 1
    return sum(
        min(sum(bool(mask & each) for mask in masks) for each in sentence)
        for union, masks in sentences
        if all(union & each for each in sentence)
    )


class _Possible:
    """The most that the rules of a topic can give."""

    def __init__(self, topic: Topic, numbers: tuple[int, ...], needs: dict[Need, int]) -> None:
        bits = concept_masks(topic.concepts, numbers)
        self.enough = topic.mention
        #: all that counts for the topic
        self.concepts = union(bits.values())
        #: number of what a rule asks for, and what it adds at most when it is met 0, 1, 2 ... times
        self.rules: list[tuple[int, list[float]]] = []
        for rule in topic.rules:
            if rule.points > 0:
                sentence = tuple(union(bits[name] for name in group) for group in rule.sentence)
                article = tuple(union(bits[name] for name in group) for group in rule.article)
                number = needs.setdefault((sentence, article), len(needs))
                self.rules.append((number, [0.0, *accumulate(_gains(rule, topic))]))


def _gains(rule: Rule, topic: Topic) -> list[float]:
    """What the first, second ... sentence adds, were each in the best field left."""
    weights = {name: weight for name, weight in topic.weights if not rule.fields or name in rule.fields}
    for name, other in STANDS_FOR.items():
        weights[other] = max(weights.pop(name, 0.0), weights.get(other, 0.0))
    return sorted(
        (
            rule.points * weight / 2**n
            for name, weight in weights.items()
            for n in range(12 if name in RUNNING_TEXT else 1)
        ),
        reverse=True,
    )


@lru_cache(maxsize=_REMEMBERED)
def _gate(topics: tuple[Topic, ...]) -> _Gate:
    return _Gate(topics)


def words_of(spelling: Spelling) -> list[str]:
    """The words of a spelling, the longest first, with the spaces at the ends that are word ends.

    >>> words_of(Spelling(pieces=(" the space ", " station"), gaps=(0,)))
    [' station', ' space ', ' the ']
    """
    words = []
    for piece in spelling.pieces:
        parts = piece.strip().split(" ")
        for at, part in enumerate(parts):
            head = " " if at or piece.startswith(" ") else ""
            tail = " " if at < len(parts) - 1 or piece.endswith(" ") else ""
            words.append(head + part + tail)
    return sorted(words, key=lambda word: -len(word.strip()))
