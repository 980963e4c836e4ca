"""`spacereel user`: who may review."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner

from crawler.cli import main
from db import passwords, people, sessions

SENTENCE = "correct horse battery\n"


@pytest.fixture
def ask(store, quick_passwords):
    """`ask("add", "anna", input=...)`: the exit code and what is said."""

    def call(*words, **more):
        done = CliRunner().invoke(main, ["user", *words, "--db", str(store.path)], **more)
        return done.exit_code, done.output

    return call


@pytest.fixture
def anna(ask):
    assert ask("add", "anna", input=SENTENCE) == (0, "anna may sign in as reviewer.\n")


def test_somebody_is_let_in_listed_shut_out_and_let_in_again(ask, anna, store):
    assert re.search(r"^anna +reviewer +may sign in +never +0", ask("list")[1], re.MULTILINE)
    assert ask("role", "anna", "admin") == (0, "anna is an admin now.\n")
    assert ask("disable", "anna")[0] == 0
    assert re.search(r"^anna +admin +disabled", ask("list")[1], re.MULTILINE)
    assert ask("disable", "anna", "--undo") == (0, "anna may sign in again.\n")
    with people.people_of(store.path) as conn:
        assert passwords.fits(SENTENCE.strip(), people.password_of(conn, "anna"))


def test_a_new_password_ends_every_session(ask, anna, store, now):
    with people.people_of(store.path) as conn:
        key = sessions.begin(conn, "anna", now)

    assert ask("password", "anna", input="another sentence\n")[0] == 0

    with people.people_of(store.path) as conn:
        assert sessions.who(conn, key, now) is None


def test_a_token_is_made_and_dropped(ask, anna):
    code, said = ask("token", "anna", "phone")
    token = said.splitlines()[0]

    assert code == 0 and token.startswith("spacereel_")
    assert "1 feeds (phone)" in ask("list")[1] and token not in ask("list")[1]
    assert ask("token", "anna", "--drop", "1") == (0, "Token 1 of anna is gone.\n")
    assert ask("token", "anna", "--drop", "1")[0] == 1


@pytest.mark.parametrize(
    ("words", "said", "told"),
    [
        (("add", "anna"), SENTENCE, "anna is there already"),
        (("add", "Root!"), SENTENCE, "cannot be a name"),
        (("add", "ben"), "short\n", "the password has 5 characters"),
        (("add", "ben"), "", "no password came in"),
        (("role", "nobody", "admin"), "", "nobody is called nobody"),
        (("disable", "nobody"), "", "nobody is called nobody"),
        (("password", "nobody"), SENTENCE, "nobody is called nobody"),
        (("token", "nobody", "x"), "", "nobody is called nobody"),
    ],
)
def test_what_cannot_be_is_one_sentence(ask, anna, words, said, told):
    code, output = ask(*words, input=said)

    assert code == 1
    assert output.startswith("Error: ") and told in output and output.count("\n") == 1


def test_without_a_record_there_is_nobody(tmp_path):
    done = CliRunner().invoke(
        main, ["user", "add", "anna", "--db", str(tmp_path / "none.db")], input=SENTENCE
    )

    assert done.exit_code == 1 and "does not exist yet" in done.output
    assert list(tmp_path.iterdir()) == []


def test_nobody_yet_is_told(ask):
    assert ask("list") == (0, "Nobody yet; `spacereel user add NAME` lets somebody sign in.\n")


def test_a_password_stands_in_no_list_of_processes():
    """There is no option for it: what is typed after a command is read by everybody on the machine."""
    for name in ("add", "password"):
        command = main.get_command(None, "user").get_command(None, name)
        assert not any("password" in option for parameter in command.params for option in parameter.opts)
