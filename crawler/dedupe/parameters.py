"""Parameters of one site's addresses: which make no difference there, and which do although they make none elsewhere. Pure.

`trackers` knows what holds everywhere. A site teaches the rest: when pages say
by `rel=canonical` that an address without `from=` is theirs, and the same text
stood under another address that differs in nothing else, `from` is dropped
there; when a page is only there with a parameter that was taken off, it stays.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from w3lib.url import safe_url_string

from crawler.dedupe.trackers import chooses_never, is_ambiguous, is_tracker
from crawler.dedupe.urls import (
    canonical_url,
    host_of,
    in_published_order,
    is_slug,
    url_key,
    why_unfit,
    with_plain_ampersands,
)
from db.model import Candidate, Likeness
from db.watched import Habit

#: so many pages must have shown that a parameter makes no difference
LEAST_PAGES = 3
#: one address of so many is asked for as it is written whatever was learnt, so that a site may take it back
_SAMPLE = 16
#: share of a text that must stay for two addresses to be one page, edited in between
_EDITED = 0.7
_MOST_NAMES, _MOST_LETTERS = 8, 64
_TARGET = re.compile(r"https?://[^/?#]+([^#]*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterLesson:
    """What one page shows of parameters of its site."""

    names: tuple[str, ...]
    #: digest of its address
    page: str
    #: they choose what is shown; else they make no difference
    is_needed: bool


def lesson_of(
    asked: str, canonical: str, likeness: Likeness | None, visited: Collection[str]
) -> ParameterLesson | None:
    """What a page that was never asked for before teaches, beside pages with other parameters.

    Args:
        canonical: what the page declares to be its address.
        likeness: how it relates to the record.
        visited: addresses of the same path that were asked for.
    """
    start, pieces, bare = _parts(asked)[0], _parts(asked)[1], _parts(canonical)[1]
    names = _names(pieces - bare)
    if _parts(canonical)[0] != start or not bare < pieces or not names or likeness is None:
        return None
    if not any(_is_twin(each, asked, start, bare, names) for each in visited):
        return None
    page = sha256(canonical.encode()).hexdigest()[:16]
    if likeness.kind == "unchanged" and likeness.note is None:
        return ParameterLesson(names=names, page=page, is_needed=False)
    if likeness.kind == "changed" and likeness.similarity < _EDITED:
        return ParameterLesson(names=names, page=page, is_needed=True)
    return None


def missed_names(asked: str) -> tuple[str, ...]:
    """Parameters of an address that answered as it was written, and not as we spell it.

    >>> missed_names("https://e.org/a?utm_id=7&b=1")
    ('utm_id',)
    """
    kept = _names(_parts(canonical_url(asked) or asked)[1])
    return tuple(name for name in _names(_parts(asked)[1]) if name not in kept)


def written_address(url: str, written: str | None) -> str | None:
    """The address as its source wrote it, when another one was asked for, be it by a letter; None when none was, or it is unfit.

    >>> written_address("https://e.org/a?b=1", "https://e.org/a?utm_id=7&b=1")
    'https://e.org/a?utm_id=7&b=1'
    >>> written_address("https://e.org/%C3%A9?b=1", "HTTPS://E.org:443/%c3%a9?&b=1")
    'https://e.org/%c3%a9?&b=1'
    """
    plain = with_plain_ampersands(written.strip()) if written else None
    if plain is None or why_unfit(plain):
        return None
    ours, theirs = _request_target(in_published_order(url, written)), _request_target(plain)
    return url[: len(url) - len(_target(url))] + _target(plain) if theirs and theirs != ours else None


def _request_target(url: str) -> str:
    """What a server is asked for, letter by letter; "" of what is no address."""
    return _target(safe_url_string(url))


def _target(url: str) -> str:
    """Path and query of an address, as they stand."""
    found = _TARGET.match(url)
    return found[1] if found else ""


def as_learned(
    candidates: Sequence[Candidate], habits: Mapping[str, Habit], title_at: Callable[[str], str | None]
) -> list[Candidate]:
    """Candidates of one host with addresses as the host has taught to spell them.

    Entries that would become one stay apart unless they have the same title, and
    so does an entry from an article that is known under another one.

    Args:
        title_at: the title of the article that is known at an address.
    """
    needed = frozenset(name for name, each in habits.items() if each.is_needed)
    dropped = frozenset(name for name, each in habits.items() if makes_no_difference(each))
    taught = [(each, _respelled(each, needed, dropped)) for each in candidates]
    titles: dict[str, set[str | None]] = {}
    for each, url in taught:
        titles.setdefault(url, set()).add(each.title)
    return [
        _at(each, url, needed)
        if url != each.url
        and (len(url) > len(each.url) or (len(titles[url]) == 1 and _is_about(each.title, title_at(url))))
        else each
        for each, url in taught
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleLesson:
    """What the entries of one feed show of parameters by their titles."""

    #: with the addresses under which those are asked for that turned out to be one
    candidates: list[Candidate]
    #: host -> parameters that choose what is shown there
    needed: Mapping[str, frozenset[str]]


def taught_by_titles(candidates: Sequence[Candidate]) -> TitleLesson:
    """What entries teach whose addresses differ in nothing but parameters that count readers elsewhere.

    With different titles these choose what is shown. With the same title, and
    without the parameters beside, they make no difference.

    Args:
        candidates: of one source, canonical; only entries of feeds count, as the text of a link is no title.
    """
    groups: dict[str, list[tuple[int, dict[str, str]]]] = {}
    for place, each in enumerate(candidates):
        if each.entry_sha256 and each.title and "?" in (each.written or each.url):
            bare, doubtful = _without_doubtful(each.written or each.url)
            groups.setdefault(bare, []).append((place, doubtful))
        elif each.entry_sha256 and each.title:
            groups.setdefault(each.url, []).append((place, {}))
    needed: dict[str, set[str]] = {}
    settled = list(candidates)
    for bare, members in groups.items():
        if len(members) < 2 or all(not doubtful for _, doubtful in members):
            continue
        if names := _choosing(settled, members):
            needed.setdefault(host_of(bare), set()).update(names)
        elif (
            all(doubtful for _, doubtful in members)
            or len({_letters(settled[at].title) for at, _ in members}) > 1
        ):
            continue
        else:
            for at, _ in members:
                settled[at] = _at(settled[at], bare) if settled[at].url != bare else settled[at]
    return TitleLesson(candidates=settled, needed={host: frozenset(names) for host, names in needed.items()})


def _without_doubtful(written: str) -> tuple[str, dict[str, str]]:
    """A canonical address without what counts readers somewhere, and those parameters that may choose."""
    start, pieces = _parts(with_plain_ampersands(written))
    pairs = [each.partition("=")[::2] for each in pieces]
    doubtful = {name.lower(): value for name, value in pairs if name and _may_choose(name, value)}
    rest = "&".join(
        f"{name}={value}" if value else name for name, value in pairs if name.lower() not in doubtful
    )
    whole = f"{start}?{rest}" if rest else start
    return canonical_url(whole) or whole, doubtful


def _may_choose(name: str, value: str) -> bool:
    return not chooses_never(name) and (is_ambiguous(name) or is_tracker(name, value))


def _choosing(candidates: Sequence[Candidate], members: Sequence[tuple[int, dict[str, str]]]) -> set[str]:
    """Names of which two values stand under different titles."""
    titles: dict[str, dict[str | None, str | None]] = {}
    for name in {name for _, doubtful in members for name in doubtful}:
        for place, doubtful in members:
            titles.setdefault(name, {}).setdefault(doubtful.get(name), candidates[place].title)
    return {
        name
        for name, by_value in titles.items()
        if any(not _is_about(next(iter(by_value.values())), each) for each in by_value.values())
    }


def _at(candidate: Candidate, url: str, needed: frozenset[str] = frozenset()) -> Candidate:
    key, written = url_key(url, needed), candidate.written or candidate.url
    return replace(candidate, url=url, key=key, written=written)


def _is_about(title: str | None, known: str | None) -> bool:
    """Whether two headlines may be of one article: one is in the other, or one is not known."""
    ours, theirs = _letters(title), _letters(known)
    return ours in theirs or theirs in ours


def _letters(title: str | None) -> str:
    return "".join(filter(str.isalnum, (title or "").casefold()))


def makes_no_difference(habit: Habit) -> bool:
    """Whether enough pages have shown it, and none the opposite."""
    return not habit.is_needed and len(habit.pages) >= LEAST_PAGES


def _respelled(candidate: Candidate, needed: frozenset[str], dropped: frozenset[str]) -> str:
    url = candidate.url
    if needed and candidate.written and needed & set(_names(_parts(candidate.written)[1])):
        url = canonical_url(candidate.written, kept=needed) or url
    start, _, query = url.partition("?")
    if not query or not dropped or not is_slug(_last_segment(start)) or _is_sample(url):
        return url
    kept = [piece for piece in query.split("&") if piece.partition("=")[0].lower() not in dropped]
    return f"{start}{'?' if kept else ''}{'&'.join(kept)}"


def _is_sample(url: str) -> bool:
    return sha256(url.encode()).digest()[0] % _SAMPLE == 0


def _last_segment(start: str) -> str:
    return start.rstrip("/").rpartition("/")[2]


def _is_twin(other: str, asked: str, start: str, bare: frozenset[str], names: tuple[str, ...]) -> bool:
    """Whether an address differs from the one asked for in these parameters alone."""
    its_start, pieces = _parts(other)
    rest = {each for each in pieces if each.partition("=")[0].lower() not in names}
    return other != asked and its_start == start and rest == bare


def _parts(url: str) -> tuple[str, frozenset[str]]:
    start, _, query = url.partition("#")[0].partition("?")
    return start, frozenset(each for each in query.split("&") if each)


def _names(pieces: Collection[str]) -> tuple[str, ...]:
    """Names of parameters, in lower case; none of an address that has too many to say anything."""
    names = sorted({each.partition("=")[0].lower() for each in pieces})
    fit = len(names) <= _MOST_NAMES and all(len(each) <= _MOST_LETTERS for each in names)
    return tuple(names) if fit else ()
