"""Passwords: kept as what scrypt makes of them, and checked in the same time whoever is asked for. Pure.

A check of a name that nobody has costs what any other costs: it is made against `DECOY`, which no password fits.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import unicodedata

#: memory 32 MB and three passes, as strong as OWASP's first choice of scrypt
#: https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html
_N, _R, _P = 2**15, 8, 3
_SALT_BYTES = 16
_KEY_BYTES = 32
#: fewest characters of a password; NIST SP 800-63B asks for eight and for no rules beyond length
LEAST_PASSWORD = 10
MOST_PASSWORD = 1000


def password_digest(password: str) -> str:
    """What is kept of a password: `scrypt$n$r$p$salt$key`.

    Raises:
        ValueError: it is too short or too long.
    """
    if len(password) < LEAST_PASSWORD:
        raise ValueError(
            f"the password has {len(password)} characters, and {LEAST_PASSWORD} are the fewest; a sentence is fine"
        )
    if len(password) > MOST_PASSWORD:
        raise ValueError(f"the password has more than {MOST_PASSWORD:,} characters")
    salt = secrets.token_bytes(_SALT_BYTES)
    return _written(salt, _key(password, salt, _N, _R, _P))


def fits(password: str, stored: str | None) -> bool:
    """Whether *password* is the one of which *stored* was kept; None, for nobody, costs the same and never fits."""
    _, n, r, p, salt, key = (stored or DECOY).split("$")
    made = _key(password[:MOST_PASSWORD], base64.b64decode(salt), int(n), int(r), int(p))
    return hmac.compare_digest(made, base64.b64decode(key)) and stored is not None


def _key(password: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    # letters of one look are one letter: a phone and a laptop may write é differently
    text = unicodedata.normalize("NFKC", password).encode("utf-8", "replace")
    return hashlib.scrypt(text, salt=salt, n=n, r=r, p=p, maxmem=64 * 1024 * 1024, dklen=_KEY_BYTES)


def _written(salt: bytes, key: bytes) -> str:
    return f"scrypt${_N}${_R}${_P}${base64.b64encode(salt).decode()}${base64.b64encode(key).decode()}"


#: made of no password
DECOY = _written(bytes(_SALT_BYTES), bytes(_KEY_BYTES))
