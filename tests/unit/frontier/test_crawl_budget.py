from __future__ import annotations

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from crawler.frontier.budget import Budget


def test_what_fits_comes_in_at_once_and_what_does_not_waits_its_turn():
    budget, came = Budget(100), []
    for name, size in (("a", 60), ("b", 40), ("c", 30), ("d", 30), ("e", 10)):
        budget.ask(name, size, lambda name=name: came.append(name))

    assert came == ["a", "b"]
    budget.drop("b")
    assert came == ["a", "b", "c"]  # e would fit, and waits behind d
    budget.drop("a")
    assert came == ["a", "b", "c", "d", "e"]
    assert budget.held == 30 + 30 + 10


def test_one_that_is_larger_than_everything_comes_in_beside_the_small_ones_and_no_second_one():
    budget, came = Budget(100), []
    for name, size in (("huge", 1000), ("huge too", 1000)):
        budget.ask(name, size, lambda name=name: came.append(name))
    budget.keep("small", 50)

    assert came == ["huge"]
    budget.drop("huge")
    assert came == ["huge", "huge too"]
    assert budget.held == 1050


def test_who_grows_beyond_the_budget_is_told_so_and_one_of_them_goes_on():
    budget, resumed = Budget(100), []
    for name in ("a", "b", "c"):
        budget.grow(name, 50)

    assert not any(budget.is_free_to_grow(name) for name in ("a", "b", "c"))
    for name in ("a", "b", "c"):
        budget.ask(name, 0, lambda name=name: resumed.append(name))
    assert resumed[0] == "a"
    assert budget.is_free_to_grow("a")


def test_who_gives_up_waiting_is_forgotten():
    async def give_up() -> Budget:
        budget = Budget(10)
        budget.keep("full", 10)
        waiting = asyncio.ensure_future(budget.room(5).__aenter__())
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        budget.drop("full")
        return budget

    assert asyncio.run(give_up()).held == 0


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 80), st.sampled_from(["ask", "drop"]))))
def test_never_more_is_granted_than_the_budget_and_one_account(steps):
    """Nobody waits while there is room, and everybody who asks is granted in the end."""
    budget, asked, granted = Budget(100), 0, []
    for account, size, what in steps:
        if what == "ask" and account not in [each for each, _ in granted]:
            asked += 1
            budget.ask(
                (account, asked), size, lambda key=(account, asked), size=size: granted.append((key, size))
            )
        else:
            budget.drop((account, asked))
        assert budget.held <= 100 + 80

    for number in range(asked + 1):
        for account in range(10):
            budget.drop((account, number))
    assert budget.held == 0
