"""`python -m pipeline` is `jeke`."""

import sys

from pipeline.cli.main import main

sys.exit(main())
