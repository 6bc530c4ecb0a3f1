"""The nodes' own tests, with nothing but Python: run_tests.py NODES. They draw nothing; draw.py does."""

import sys
import unittest
from pathlib import Path

import loading

loading.NODES = Path(sys.argv[1]).resolve()

if __name__ == "__main__":
    tests = unittest.defaultTestLoader.discover(str(Path(__file__).parent))
    sys.exit(not unittest.TextTestRunner().run(tests).wasSuccessful())
