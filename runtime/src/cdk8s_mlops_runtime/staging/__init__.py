"""A version that takes over stage by stage where no controller does it: `mlops stage`."""
