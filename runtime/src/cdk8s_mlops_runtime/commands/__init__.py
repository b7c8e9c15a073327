"""One file per command. Each is imported when it is called, so that `load` starts without what `drift` needs."""
