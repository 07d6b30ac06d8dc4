"""Run the program: ``python -m gdexplorer``."""

import sys

from gdexplorer.app.cli import main

if __name__ == "__main__":
    sys.exit(main())
