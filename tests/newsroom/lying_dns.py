"""Names that a process and its children look up as they are told: a library loaded before libc."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

#: names under this one are looked up in the file
ZONE = ".lies.example"
#: looks names of the zone up in the file $LYING_DNS, whose lines are `NAME ADDRESS ADDRESS …`; who is not in it does not
#: exist, and the address `slow` takes eight seconds
_SOURCE = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
typedef int (*lookup)(const char *, const char *, const struct addrinfo *, struct addrinfo **);
static const char *ZONE = "%s";
int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints, struct addrinfo **found) {
    lookup real = (lookup)dlsym(RTLD_NEXT, "getaddrinfo");
    size_t length = name ? strlen(name) : 0, zone = strlen(ZONE);
    const char *path = getenv("LYING_DNS");
    if (!path || length < zone || strcmp(name + length - zone, ZONE) || (hints && hints->ai_flags & AI_NUMERICHOST))
        return real(name, service, hints, found);
    FILE *file = fopen(path, "re");
    char *line = NULL;
    size_t size = 0;
    struct addrinfo *first = NULL, **next = &first;
    while (file && getline(&line, &size, file) > 0) {
        char *rest, *word = strtok_r(line, " \n", &rest);
        if (!word || strcmp(word, name)) continue;
        while ((word = strtok_r(NULL, " \n", &rest))) {
            if (!strcmp(word, "slow")) { sleep(8); continue; }
            if (real(word, service, hints, next) == 0) while (*next) next = &(*next)->ai_next;
        }
    }
    free(line);
    if (file) fclose(file);
    *found = first;
    return first ? 0 : EAI_NONAME;
}
"""


class LyingDns:
    """Makes the library in *folder*; `environment` is what a process needs to believe it."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "names"
        self._library = folder / "lying_dns.so"
        source = folder / "lying_dns.c"
        source.write_text(_SOURCE.replace("%s", ZONE))
        compiler = shutil.which("cc") or shutil.which("gcc")
        assert compiler, "lying about names needs a C compiler"
        subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", self._library, source], check=True)
        self._told: dict[str, Sequence[str]] = {}

    def tell(self, names: Mapping[str, Sequence[str]]) -> None:
        """From now on these names have these addresses."""
        self._told |= names
        lines = "".join(f"{name} {' '.join(addresses)}\n" for name, addresses in self._told.items())
        part = self._file.with_suffix(".part")
        part.write_text(lines)
        part.replace(self._file)

    def environment(self, others: Mapping[str, str]) -> dict[str, str]:
        """Variables of the environment, beside those of another such library."""
        preloaded = ":".join(filter(None, (str(self._library), others.get("LD_PRELOAD"))))
        return {**others, "LD_PRELOAD": preloaded, "LYING_DNS": os.fspath(self._file)}
