"""A clock that can be set for one process and its children: a library loaded before libc."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

#: adds the seconds that stand in the file $WRONG_CLOCK to the wall clock, and those in $WRONG_TIME to the monotonic one;
#: who sleeps or waits until an instant of the monotonic one, as Python's locks and `time.sleep` do, waits no longer for it
_SOURCE = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
static long ahead(const char *name) {
    char text[32] = {0};
    const char *path = getenv(name);
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0) return 0;
    if (read(file, text, 31) < 0) text[0] = 0;
    close(file);
    return atol(text);
}
int clock_gettime(clockid_t id, struct timespec *at) {
    int result = syscall(SYS_clock_gettime, id, at);
    if (result == 0 && id == CLOCK_REALTIME) at->tv_sec += ahead("WRONG_CLOCK");
    if (result == 0 && id == CLOCK_MONOTONIC) at->tv_sec += ahead("WRONG_TIME");
    return result;
}
/* an instant that a program reckoned from its clock, on the true one; no machine has been up for thirty years */
static struct timespec truly(const struct timespec *at) {
    struct timespec until = *at;
    until.tv_sec -= ahead(at->tv_sec > 1000000000 ? "WRONG_CLOCK" : "WRONG_TIME");
    return until;
}
static clockid_t clock_of(const struct timespec *at) {
    return at->tv_sec > 1000000000 ? CLOCK_REALTIME : CLOCK_MONOTONIC;
}
int clock_nanosleep(clockid_t id, int flags, const struct timespec *at, struct timespec *rest) {
    struct timespec until = flags & TIMER_ABSTIME ? truly(at) : *at;
    return syscall(SYS_clock_nanosleep, id, flags, &until, rest) == 0 ? 0 : errno;
}
int pthread_cond_timedwait(pthread_cond_t *what, pthread_mutex_t *lock, const struct timespec *at) {
    struct timespec until = truly(at);
    return pthread_cond_clockwait(what, lock, clock_of(at), &until);
}
int sem_clockwait(sem_t *what, clockid_t id, const struct timespec *at) {
    struct timespec until = truly(at);
    int (*wait)(sem_t *, clockid_t, const struct timespec *) = dlsym(RTLD_NEXT, "sem_clockwait");
    return wait(what, id, &until);
}
time_t time(time_t *out) {
    struct timespec at;
    clock_gettime(CLOCK_REALTIME, &at);
    if (out) *out = at.tv_sec;
    return at.tv_sec;
}
"""


class WrongClock:
    """Makes the library in *folder*; `environment` is what a process needs to live by it.

    Args:
        can_pass: time may pass at once, too; every look at a clock then reads a file more.
    """

    def __init__(self, folder: Path, *, can_pass: bool = False) -> None:
        self._time = folder / "time-passed-s" if can_pass else None
        self._passed_s = 0
        self._file = folder / "clock-ahead-s"
        self._library = folder / "wrong_clock.so"
        source = folder / "wrong_clock.c"
        source.write_text(_SOURCE)
        compiler = shutil.which("cc") or shutil.which("gcc")
        assert compiler, "setting the clock of a process needs a C compiler"
        subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", self._library, source], check=True)
        self.set_ahead(0)

    def set_ahead(self, seconds: int) -> None:
        """From now on the clock is that much ahead, or behind."""
        self.ahead_s = seconds
        _replace(self._file, str(seconds))

    def let_pass(self, seconds: int) -> None:
        """So many seconds pass at once, on both clocks."""
        assert self._time is not None
        self._passed_s += seconds
        _replace(self._time, str(self._passed_s))
        self.set_ahead(self._passed_s)

    @property
    def environment(self) -> dict[str, str]:
        """Variables of the environment."""
        told = {"LD_PRELOAD": str(self._library), "WRONG_CLOCK": str(self._file)}
        return told | ({"WRONG_TIME": str(self._time)} if self._time else {})


def _replace(file: Path, text: str) -> None:
    """In one step: who read an empty file would think that no time had passed, and wait for an instant far ahead."""
    beside = file.with_suffix(".next")
    beside.write_text(text)
    os.replace(beside, file)
