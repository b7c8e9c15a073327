"""`python -m cdk8s_mlops_runtime`."""

from .cli import main

main()
