"""`python -m embedded_ckan` is `./portal`."""

import sys

from embedded_ckan.cli import main

sys.exit(main())
