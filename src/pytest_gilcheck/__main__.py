"""`python -m pytest_gilcheck PATH…`: the same as the console script `gilcheck`."""

import os
import sys

if __name__ == "__main__":  # not when a worker process is started
    # `-m` puts the current directory first: a project's own `queue.py` would be imported instead of Python's.
    if not sys.flags.safe_path and sys.path and sys.path[0] in ("", os.getcwd()):  # noqa: PTH109
        del sys.path[0]
    from pytest_gilcheck.command.main import main

    sys.exit(main())
