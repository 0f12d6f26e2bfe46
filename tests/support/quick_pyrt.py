"""The command `pyrt` with a low level of compression.

What travels is a little larger and is compressed in a fraction of the time. It is unpacked by the
same code in the worker.

    python quick_pyrt.py build APP -o FOLDER ...
"""

import sys

from pyrt_build import cli
from pyrt_build.site import compression

if __name__ == "__main__":
    compression.LEVELS.update(dict.fromkeys(compression.LEVELS, compression.FAST))
    sys.exit(cli.main())
