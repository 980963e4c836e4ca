"""Where Spacereel keeps its things: a folder with `spacereel.toml`, `db/` and, for further records, `records/NAME/`."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

from crawler.errors import ConfigError

#: the settings of a home, which may be missing
SETTINGS = "spacereel.toml"
_NAME = r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"


def home_folder(named: Path | None = None, record: str | None = None) -> Path:
    """The folder that settings and records are looked for in.

    The one that was named, by `--home` or SPACEREEL_HOME; else the working directory when it has settings or a record,
    or when Spacereel runs out of its checkout; else the platform's folder for data of programs.

    Args:
        named: what `--home` says.
        record: what `--record` says: the home of one of several records, `records/NAME` in the folder.

    Raises:
        ConfigError: there is no such record; names the nearest, and how one is begun. Or nobody said where, and this user has no home.
    """
    home = without_tilde(named or _of_environment() or _here() or _of_platform())
    return home if record is None else _of_record(home / "records", record)


def without_tilde(path: str | Path) -> Path:
    """*path* with the home of the user that `~` or `~name` stands for.

    Raises:
        ConfigError: there is no such user.
    """
    try:
        return Path(path).expanduser()
    except RuntimeError:
        raise ConfigError(f"nobody here has the home {Path(path).parts[0]}", str(path)) from None


def is_checkout() -> bool:
    """Whether this program runs out of its source tree."""
    return (Path(__file__).parents[2] / "pyproject.toml").is_file()


def _of_environment() -> Path | None:
    named = os.environ.get("SPACEREEL_HOME")
    return Path(named) if named else None


def _here() -> Path | None:
    """The working directory, as the empty path, so that files in it are named as they are typed."""
    is_home = is_checkout() or Path(SETTINGS).is_file() or Path("db/articles.db").is_file()
    return Path() if is_home else None


def _of_platform() -> Path:
    """The platform's folder for data; a user that a service manager made for a while has none."""
    if (found := _of_linux()) is not None:
        return found
    import platformdirs  # more than the rest of a small command

    try:
        return platformdirs.user_data_path("spacereel")
    except RuntimeError:
        raise ConfigError(
            "this user has no home folder to keep a record in; name one by --home or SPACEREEL_HOME"
        ) from None


def _of_linux() -> Path | None:
    """The same where the XDG Base Directory Specification says it plainly; None where there is more to it."""
    if sys.platform != "linux" or "ANDROID_DATA" in os.environ:
        return None
    data, user = os.environ.get("XDG_DATA_HOME", ""), os.environ.get("HOME", "")
    if data.startswith("/"):
        return Path(data, "spacereel")
    return Path(user, ".local/share/spacereel") if user.startswith("/") else None


def _of_record(folder: Path, name: str) -> Path:
    place = folder / name
    if re.fullmatch(_NAME, name) and place.is_dir():
        return place
    if not re.fullmatch(_NAME, name):
        raise ConfigError(f'"{name}" is no name of a record: letters, digits, dots, dashes', str(folder))
    import difflib

    there = sorted(each.name for each in folder.iterdir() if each.is_dir()) if folder.is_dir() else []
    near = difflib.get_close_matches(name, there, n=1)
    raise ConfigError(
        f'there is no record "{name}"; '
        + (
            f'did you mean "{near[0]}"?'
            if near
            else f"it begins with the folder {place} and a {SETTINGS} in it"
        ),
        str(place),
    )
