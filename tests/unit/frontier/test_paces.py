"""Whoever has thousands of names takes no memory with them, and pushes out what nobody else asked for."""

from __future__ import annotations

from crawler.frontier.paces import PACE_BYTES, Paces

ROOM = 20 * (PACE_BYTES + 30)


def asked(paces: Paces, host: str, tick: float, rest_s: float = 0.0) -> None:
    pace = paces.of(host)
    pace.ended_at = pace.free_at = tick
    pace.blocked_until = tick + rest_s if rest_s else 0.0
    paces.forget(tick)


def test_paces_of_a_hundred_thousand_names_fit_into_their_room():
    paces = Paces(ROOM)

    for number in range(1_000):
        asked(paces, f"n{number}.wild.example", float(number), rest_s=86_400.0)

    assert paces.held <= ROOM
    assert paces.held == sum(PACE_BYTES + len(host) for host in paces._paces)
    assert 10 <= len(paces) <= 20


def test_what_an_honest_host_asked_for_outlives_a_crowd():
    paces = Paces(ROOM)
    asked(paces, "honest.example", 0.0, rest_s=86_400.0)

    for number in range(1_000):
        asked(paces, f"n{number}.wild.example", float(number), rest_s=86_400.0)

    kept = paces.get("honest.example")
    assert kept is not None
    assert kept.blocked_until == 86_400.0


def test_those_who_asked_for_nothing_go_first():
    paces = Paces(ROOM)
    asked(paces, "resting.example", 0.0, rest_s=86_400.0)
    paces.of("slow.example").crawl_delay_s = 10.0

    for number in range(1_000):
        asked(paces, f"n{number}.example", float(number))

    assert paces.get("resting.example") is not None
    assert paces.get("slow.example") is not None
