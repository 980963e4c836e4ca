"""Drafts of beats that somebody pastes into the review."""

from __future__ import annotations

import pytest

from crawler.errors import TopicSyntaxError
from crawler.review.trying import read_draft


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("x = " + "[" * 39_000, id="brackets without end"),
        pytest.param("x = " + "{a = " * 7_000, id="tables without end"),
        pytest.param("x = " + "9" * 9_000, id="a number without end"),
        pytest.param("[a" + ".a" * 19_000 + "]", id="names without end"),
        pytest.param("x" * 40_001, id="too long"),
    ],
)
def test_a_draft_that_is_none_is_a_sentence(text):
    with pytest.raises(TopicSyntaxError, match="draft"):
        read_draft(text)
