"""Step `take-snapshot`: the payments of now, frozen."""

import os
from pathlib import Path

import store

name = store.freeze()
Path(os.environ["DATA_SNAPSHOT_PATH"]).write_text(name)
print(name)
