"""Where settings and record lie: what was named, the working directory that has some, or the platform's folder for data."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs
import pytest

from crawler.config import home, load_config
from crawler.config.alerts import AlertConfig
from crawler.errors import ConfigError, FetchError
from crawler.polling.mailboxes import mailbox_of
from crawler.publish.alerts.targets import revealed


@pytest.fixture
def installed(monkeypatch, tmp_path):
    """As a wheel is: no checkout around the program, and a platform's folder of its own."""
    monkeypatch.setattr(home, "__file__", str(tmp_path / "site-packages/crawler/config/home.py"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    for name in ("SPACEREEL_HOME", "SPACEREEL_DB"):
        monkeypatch.delenv(name, raising=False)
    working = tmp_path / "working"
    working.mkdir()
    monkeypatch.chdir(working)
    return tmp_path / "data/spacereel"


@pytest.fixture
def settings():
    """`settings(folder)`: a folder with settings that say so."""

    def write(folder: Path) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "spacereel.toml").write_text(f"[fetch]\ncontact = '{folder.name}'\n", encoding="utf-8")
        return folder

    return write


def test_an_installed_program_keeps_its_record_in_the_platforms_folder(installed):
    assert load_config().store.path == installed / "db/articles.db"
    assert load_config().store.archive == installed / "db/archive.db"


def test_settings_in_that_folder_are_read(installed, settings):
    settings(installed)

    assert load_config().fetch.contact == "spacereel"
    assert load_config().store.path == installed / "db/articles.db"


@pytest.mark.parametrize("data", [None, "", "relative", "/data//x/", "~/data"])
@pytest.mark.parametrize("user", [None, "", "/", "/srv/anna/", "/srv/../srv/anna"])
def test_that_folder_is_found_as_others_find_it(installed, monkeypatch, data, user):
    """Without importing what knows all platforms."""
    for name, value in (("XDG_DATA_HOME", data), ("HOME", user)):
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)

    assert load_config().home == platformdirs.user_data_path("spacereel")


@pytest.mark.parametrize("there", ["spacereel.toml", "db/articles.db"])
def test_a_working_directory_with_settings_or_a_record_is_a_home(installed, there):
    Path(there).parent.mkdir(exist_ok=True)
    Path(there).touch()

    assert load_config().store.path == Path("db/articles.db")


def test_a_checkout_keeps_its_record_in_the_working_directory(monkeypatch, tmp_path):
    monkeypatch.delenv("SPACEREEL_DB", raising=False)
    monkeypatch.chdir(tmp_path)

    assert home.is_checkout()
    assert load_config().store.path == Path("db/articles.db")


def test_the_option_stands_above_the_environment(installed, settings, tmp_path, monkeypatch):
    monkeypatch.setenv("SPACEREEL_HOME", str(settings(tmp_path / "environment")))
    named = settings(tmp_path / "option")

    assert load_config().fetch.contact == "environment"
    assert load_config(home=named).fetch.contact == "option"


def test_a_named_home_or_record_is_not_led_elsewhere_by_the_environment(installed, tmp_path, monkeypatch):
    monkeypatch.setenv("SPACEREEL_DB", str(tmp_path / "elsewhere.db"))
    (installed / "records/otters").mkdir(parents=True)

    assert load_config().store.path == tmp_path / "elsewhere.db"
    assert load_config(home=tmp_path).store.path == tmp_path / "db/articles.db"
    assert load_config(record="otters").store.path == installed / "records/otters/db/articles.db"
    assert load_config(record="otters", db=tmp_path / "named.db").store.path == tmp_path / "named.db"


def test_records_have_settings_of_their_own(installed, settings):
    settings(installed)
    settings(installed / "records/otters")

    assert load_config(record="otters").fetch.contact == "otters"
    assert load_config().fetch.contact == "spacereel"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        pytest.param("oters", 'there is no record "oters"; did you mean "otters"?', id="misspelt"),
        pytest.param("ships", "it begins with the folder", id="unknown"),
        pytest.param("../otters", "is no name of a record", id="leads out"),
        pytest.param("", "is no name of a record", id="empty"),
    ],
)
def test_a_record_that_is_not_there_is_never_begun_by_mistake(installed, name, said):
    (installed / "records/otters").mkdir(parents=True)

    with pytest.raises(ConfigError, match=said.replace("?", r"\?")):
        load_config(record=name)
    assert [each.name for each in (installed / "records").iterdir()] == ["otters"]


def test_the_home_of_nobody_is_told_in_a_sentence(installed):
    Path("spacereel.toml").write_text('[store]\npath = "~nobody-here/a.db"\n', encoding="utf-8")

    with pytest.raises(ConfigError, match=r"store.path: nobody here has the home ~nobody-here"):
        load_config()
    with pytest.raises(ConfigError, match="nobody here has the home ~nobody-here"):
        load_config(home=Path("~nobody-here/records"))
    with pytest.raises(ConfigError, match="cannot be read"):
        revealed(AlertConfig(name="a", to=()), "ntfy://${file:~nobody-here/token}", {})
    with pytest.raises(FetchError, match="nobody here has the home ~nobody-here"):
        mailbox_of("maildir:~nobody-here/Mail", "letters", (), {})


def test_a_user_without_a_home_is_asked_for_a_folder(installed, monkeypatch):
    """As one is that a service manager made for a while: neither HOME nor a line in the list of users."""
    for name in ("XDG_DATA_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(os, "getuid", lambda: 61_234)

    with pytest.raises(ConfigError, match=r"no home folder.*SPACEREEL_HOME"):
        load_config()
