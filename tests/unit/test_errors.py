"""Errors travel from reader processes to the crawl."""

import pickle

import pytest

from crawler import errors
from crawler.errors import BadStatus, ConfigError, FeedSyntaxError, NotAnArticle, SpacereelError

RAISED = [
    FeedSyntaxError("no feed", "http://a.example/"),
    NotAnArticle("empty", "http://a.example/"),
    BadStatus("it answered 503", "http://a.example/", 503),
    ConfigError("bad", "x.toml", "key"),
]


@pytest.mark.parametrize("error", RAISED, ids=lambda error: type(error).__name__)
def test_an_error_arrives_as_it_was_raised(error):
    arrived = pickle.loads(pickle.dumps(error))

    assert type(arrived) is type(error)
    assert str(arrived) == str(error)
    assert vars(arrived) == vars(error)


def test_every_error_of_the_tree_can_travel():
    kinds = [kind for name in errors.__all__ if issubclass(kind := getattr(errors, name), SpacereelError)]

    assert kinds
    assert all(kind.__reduce__ is SpacereelError.__reduce__ for kind in kinds)
