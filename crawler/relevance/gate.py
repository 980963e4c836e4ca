"""A cheap look at a raw page: may any article on it score? A page that may not is never extracted.

How it can be sure. It reads every word that an extractor could take for text or
metadata, see `visible`. It asks only for the longest single word of each term, in all languages. It adds up the most that
each rule could give for the sentences in which its words meet. A name that counts in quotation marks only has
to stand between any two, and of a page that may score by its words those of a term have to stand together. Distances,
languages and deductions are left to the judge, so the sum is never below the score of an article on that page.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import accumulate

from ahocorasick_rs import BytesAhoCorasick, Implementation

from crawler.relevance.judge import slug_of
from crawler.relevance.likely import JOINED, LikelyLine, likely_lines
from crawler.relevance.matcher import shared_terms
from crawler.relevance.phrases import may_stand, spelling_words
from crawler.relevance.rules import RUNNING_TEXT, STANDS_FOR, Rule, Topic, concept_masks, union
from crawler.relevance.terms import TermSpelling
from crawler.relevance.visible import BREAK, PARTED, both_ways, quoted_in, spaced_text, visible_words
from db.folding import SENTENCE, fold

#: sets of topics that stay ready
_REMEMBERED = 16
#: a page with more words of terms is read: looking where they meet would take as long
_MOST_WORDS = 20_000

#: for each word of a term in quotation marks so many words between them, and some besides: tags take words apart
_QUOTED_EACH, _QUOTED_MORE = 3, 3

#: what stands in quotation marks: number of words, words
Quoted = tuple[tuple[int, bytes], ...]
#: what ends a sentence in a folded text
_END = SENTENCE.encode()
#: masks of terms that must meet in a sentence, and of those that must occur
Need = tuple[tuple[int, ...], tuple[int, ...]]


def may_score(body: bytes, topic: Topic, *, url: str = "", title: str = "") -> bool:
    """Whether an article on this page could be judged `mention` or `relevant` by one topic; see `may_any_score`."""
    return may_any_score((body,), (topic,), url=url, title=title)


def may_any_score(
    bodies: Iterable[bytes], topics: tuple[Topic, ...], *, url: str = "", title: str = ""
) -> bool:
    """Whether an article in one of these could be judged `mention` or `relevant` by one of the topics; see `most_scores`."""
    return most_scores(bodies, topics, url=url, title=title) is None


def most_scores(
    bodies: Iterable[bytes], topics: tuple[Topic, ...], *, url: str = "", title: str = ""
) -> tuple[float, ...] | None:
    """What each topic could give an article in one of these at most; None where one could judge it `mention` or `relevant`.

    A page that is let through may still be off topic; a page that is not let
    through is. A page is folded and looked through once, however many topics
    there are. Costs a small part of an extraction (see bench/README.md).

    Args:
        bodies: the response in UTF-8, and what else may give the article.
        url: of the page; its words are judged too.
        title: what the source said about it, in case the page has none.
    """
    gate = _gate(topics)
    named = f"{slug_of(url)}\n{title}"
    known = fold(named).encode()
    most = [0.0] * len(topics)
    for body in bodies:
        text = spaced_text(body)
        if text is None:
            return None
        folded = gate.folded(known, both_ways(text))
        if folded is None:
            return None
        sums = gate.most(folded)
        if sums is None:
            sums = _closer(gate, named, body, text, folded)
        if sums is None:
            return None
        for at, points in sums.items():
            most[at] = max(most[at], points)
    return tuple(most)


def _closer(gate: _Gate, named: str, body: bytes, text: str, folded: bytes) -> dict[int, float] | None:
    """What `_Gate.most` gives a page that may score by its words alone, by what stands in quotation marks and by phrases.

    Args:
        named: what is known without the page.
        text: of the page, as `spaced_text` gives it.
    """
    if (
        gate.most(folded, (), is_near=True) is None
    ):  # even if no tag parted words, and nothing stood in quotation marks
        return None
    pieces = quoted_in(f"{named}\n{both_ways(' '.join(text.split()))}", gate.most_quoted)
    quoted = tuple((count, words.encode()) for count, words in pieces)
    sums = gate.most(folded, quoted)
    if sums is not None:
        return sums
    tagged = spaced_text(body, PARTED)
    marked = None if tagged is None else gate.folded(fold(named).encode(), both_ways(tagged, PARTED))
    # scripts without spaces close up over a tag
    is_spaced = marked is not None and not JOINED.search(marked.decode())
    return gate.most(marked, quoted, is_near=True) if marked is not None and is_spaced else None


class _Gate:
    """The words of the terms of some topics, and what they could make possible at most."""

    def __init__(self, topics: tuple[Topic, ...]) -> None:
        lists, used = shared_terms(topics)
        #: rarest word -> the other words of the term, whether it stands in quotation marks, and how it is spelled -> bits of
        #: the lists that have it
        owners: defaultdict[bytes, defaultdict[tuple[tuple[bytes, ...], bool, TermSpelling], int]] = (
            defaultdict(lambda: defaultdict(int))
        )
        words = 0
        for at, terms in enumerate(lists):
            for is_quoted, spelling in (
                (term.is_quoted, each) for _, term in terms for each in term.spellings
            ):
                rarest, *others = (word.encode() for word in spelling_words(spelling))
                owners[rarest][tuple(others), is_quoted, spelling] |= 1 << at
                words = max(words, len(others) + 1 if is_quoted else 0)
        #: words that a piece in quotation marks has at most
        self.most_quoted = _QUOTED_EACH * words + _QUOTED_MORE
        self._words = tuple(owners)
        self._owners = tuple(tuple((*key, bits) for key, bits in each.items()) for each in owners.values())
        #: for each word the lists of which it may be a term
        self._bits = tuple(union(bits for *_, bits in each) for each in self._owners)
        self._automaton = BytesAhoCorasick(self._words, implementation=Implementation.ContiguousNFA)
        needs: dict[Need, int] = {}
        self._topics = tuple(
            _Possible(topic, numbers, needs) for topic, numbers in zip(topics, used, strict=True)
        )
        #: what rules ask for, each once, however many topics have the rule
        self._needs = tuple(needs)

    def folded(self, known: bytes, text: str) -> bytes | None:
        """The lines of a page that have part in what a rule asks for, folded; None for one with very many words of terms.

        A line is left out unless it could meet a rule with all that it has, in whichever of its sentences.

        Args:
            known: what is known without the page, folded.
            text: with `BREAK` between its lines.
        """
        lines = likely_lines(f" {text} ", self._automaton)
        own = [word for word, _, _ in self._automaton.find_matches_as_indexes(known, overlapping=True)]
        if len(own) + sum(len(line.found) for line in lines) > _MOST_WORDS:
            return None
        wanted = self._wanted([LikelyLine(-1, own, known), *lines])
        if not wanted:
            return b""
        written = text.split(BREAK)
        kept = BREAK.join(" ".join(written[number].split()) for number in wanted if number >= 0)
        return b"%b%b%b" % (known, _END, visible_words(kept).encode())

    def _wanted(self, lines: Iterable[LikelyLine]) -> list[int]:
        """The lines that have part in what a rule asks for, where it could be met: in one of them, and on the page."""
        held = [(line, union(map(self._bits.__getitem__, line.found))) for line in lines]
        wanted = self._asked([each for _, each in held])
        if wanted:
            held = [(line, self._held(line, wanted)) for line, each in held if each & wanted]
            wanted = self._asked([each for _, each in held])
        return [line.number for line, each in held if each & wanted]

    def _asked(self, lines: Iterable[int]) -> int:
        """All that is asked for by the rules that could be met, if these lines had all that they may have."""
        held = list(set(lines))
        everything = union(held)
        return union(
            union((*article, *sentence))
            for sentence, article in self._needs
            if all(map(everything.__and__, (*article, *sentence))) and _all_met(sentence, held)
        )

    def _held(self, line: LikelyLine, wanted: int) -> int:
        """Of these lists those of which the line has terms, were each in the quotation marks it needs."""
        held, has = 0, _Has(line.words)
        for word in line.found:
            for others, _, _, bits in self._owners[word]:
                if bits & wanted & ~held and all(map(has.__getitem__, others)):
                    held |= bits
        return held & wanted

    def most(
        self, folded: bytes, quoted: Quoted | None = None, *, is_near: bool = False
    ) -> dict[int, float] | None:
        """Topic -> what the words of a page could add up to at most, where that is anything; None where it is a mention.

        Args:
            folded: as `folded` gives it.
            quoted: all that stands in quotation marks; None when that is not asked.
            is_near: whether the words of a term have to stand together; then `PARTED` stands in the text for its tags.
        """
        words = self._automaton.find_matches_as_indexes(folded, overlapping=True)
        found = self._sentences(folded, words, quoted, is_near)
        everything = union(each for each, _ in found)
        met: dict[int, int] = {}
        sums: dict[int, float] = {}
        for at, topic in enumerate(self._topics):
            if not everything & topic.concepts:
                continue
            most = 0.0
            for need, gains in topic.rules:
                if need not in met:
                    met[need] = _meetings(self._needs[need], everything, found)
                most += gains[min(met[need], len(gains) - 1)]
            if most >= topic.enough:
                return None
            if most > 0:
                sums[at] = most
        return sums

    def _sentences(
        self, folded: bytes, found_words: Sequence[tuple[int, int, int]], quoted: Quoted | None, is_near: bool
    ) -> list[tuple[int, list[int]]]:
        """For each sentence with a term: all that is in it, and what each word found can be a term of."""
        sentences: list[tuple[int, int, list[int]]] = []
        end = -1
        for word, start, _ in found_words:
            if start > end:  # words come by their place, and none reaches beyond its sentence
                begin, end = folded.rfind(_END, 0, start) + 1, folded.find(_END, start)
                end = len(folded) if end < 0 else end
                sentences.append((begin, end, []))
            sentences[-1][2].append(word)
        found = []
        for begin, end, words in sentences:
            if masks := self._masks(words, folded[begin:end], quoted, is_near):
                found.append((union(masks), masks))
        return found

    def _masks(self, words: list[int], sentence: bytes, quoted: Quoted | None, is_near: bool) -> list[int]:
        """For each word found: the lists of which it can be a term, as all its words are in the sentence."""
        possible: dict[int, int] = {}
        for word in words:
            if word not in possible:
                possible[word] = 0
                for others, is_quoted, spelling, bits in self._owners[word]:
                    if (
                        all(map(sentence.__contains__, others))
                        and (quoted is None or not is_quoted or self._is_in(quoted, word, others))
                        and (not is_near or not others or may_stand(spelling, sentence))
                    ):
                        possible[word] |= bits
        return [possible[word] for word in words if possible[word]]

    def _is_in(self, quoted: Quoted, word: int, others: tuple[bytes, ...]) -> bool:
        """Whether a term stands in quotation marks that have hardly anything else in them."""
        most, all_words = _QUOTED_EACH * (len(others) + 1) + _QUOTED_MORE, (self._words[word], *others)
        return any(count <= most and all(each in piece for each in all_words) for count, piece in quoted)


class _Has(dict[bytes, bool]):
    """Whether a word is in a line, which is looked for once."""

    def __init__(self, words: bytes) -> None:
        super().__init__()
        self._words = words

    def __missing__(self, word: bytes) -> bool:
        self[word] = is_there = word in self._words
        return is_there


def _all_met(groups: Iterable[int], lines: list[int]) -> bool:
    """Whether one of the lines has something of every group."""
    for group in groups:  # by lists: one after the other it would take five times as long
        lines = [line for line in lines if line & group]
    return bool(lines)


def _meetings(need: Need, everything: int, sentences: Iterable[tuple[int, list[int]]]) -> int:
    """In how many sentences, at most, what a rule asks for comes together; for one of the whole article 1 at most."""
    sentence, article = need
    if not all(map(everything.__and__, (*article, *sentence))):
        return 0
    if not sentence:
        return 1
    for each in sentence:
        sentences = [found for found in sentences if found[0] & each]
    return sum(min(sum(1 for mask in masks if mask & each) for each in sentence) for _, masks in sentences)


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
