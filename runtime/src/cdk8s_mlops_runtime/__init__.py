"""The commands that run inside what cdk8s-mlops synthesizes, in CI and on a laptop."""

__version__ = "0.0.0"
"""Version of the library that this package belongs to."""
