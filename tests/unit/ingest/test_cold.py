"""What the fork server of readers is told before it loads anything."""

from __future__ import annotations

import subprocess
import sys

_CODE = """
import crawler.ingest.cold, gc, os, signal
os.kill(os.getpid(), signal.SIGINT)
print(gc.isenabled())
"""


def test_ctrl_c_ends_no_fork_server_that_loads_and_nothing_looks_for_garbage():
    done = subprocess.run([sys.executable, "-c", _CODE], capture_output=True, text=True, check=True)

    assert (done.stdout, done.stderr) == ("False\n", "")
