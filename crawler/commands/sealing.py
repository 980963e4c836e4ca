"""A file encrypted for somebody, or handed to a command: by age or GnuPG, which are programs of their own."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from pathlib import Path

from crawler.errors import PublishError

#: how much of what a program complains of is shown
_MOST_CHARS = 300


def sealed_name(file: Path, recipient: str) -> Path:
    """What *file* is called when it is encrypted for *recipient*.

    >>> sealed_name(Path("a.db"), "age1xyz").name, sealed_name(Path("a.db"), "ops@desk.example").name
    ('a.db.age', 'a.db.gpg')
    """
    return file.with_name(f"{file.name}.{_program(recipient)}")


def seal(file: Path, recipient: str) -> Path:
    """Encrypt *file* for *recipient* and delete the plain one; the new file has its name only once it is whole.

    Args:
        recipient: age's (age1…, ssh-…), or what gpg knows a key by.

    Raises:
        PublishError: the program is missing or refuses; the plain file stays.
    """
    program, target = _program(recipient), sealed_name(file, recipient)
    if target.exists():
        raise PublishError(f"{target} exists already", str(target))
    part = target.with_name(f".{target.name}.part")
    to, out = ["--encrypt", "--recipient", recipient], ["--output", str(part), "--", str(file)]
    quiet = ["--batch", "--yes", "--quiet", "--trust-model", "always"] if program == "gpg" else []
    try:
        _run([program, *quiet, *to, *out], f"{file} cannot be encrypted")
        part.chmod(0o600)
        part.rename(target)
    finally:
        part.unlink(missing_ok=True)
    file.unlink()
    return target


def hand_over(file: Path, command: str) -> None:
    """Run *command* with the path of *file* in place of `{}`, or behind it; no shell is asked.

    Raises:
        PublishError: it cannot be run, or ends with another code than 0.
    """
    words = shlex.split(command)
    named = [word.replace("{}", str(file)) for word in words]
    _run(named if named != words else [*words, str(file)], f"{file} was not handed over")


def _program(recipient: str) -> str:
    return "age" if recipient.startswith(("age1", "ssh-")) else "gpg"


def _run(words: list[str], failed: str) -> None:
    if shutil.which(words[0]) is None:
        raise PublishError(f"{failed}: the program {words[0]} is not installed", words[0])
    done = subprocess.run(  # noqa: S603 - a person's own command, and no shell
        words, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", check=False
    )
    if done.returncode:
        complaint = " ".join((done.stderr or done.stdout).split())[:_MOST_CHARS]
        raise PublishError(
            f"{failed}: {words[0]} ended with {done.returncode}: {complaint or 'without a word'}", words[0]
        )
