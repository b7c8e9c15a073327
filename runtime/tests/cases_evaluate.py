"""Gates and golden sets that cannot judge."""

from __future__ import annotations

import sys
from collections.abc import Callable

from cases import ErrorCase, World
from cases_artifacts import a_file, put, register
from cdk8s_mlops_runtime.gates import read_gates
from cdk8s_mlops_runtime.packing import sha256_of

METRICS = "metrics: {accuracy: {minimum: 0.9}}"


def gates(text: str) -> Callable[[World], object]:
    return lambda world: read_gates(a_file(world, "gates.yaml", text))


def evaluate(world: World, *evaluator: str, sha256: str | None = None) -> object:
    golden = a_file(world, "golden", "golden")
    files = ("--gates", a_file(world, "gates.yaml", METRICS), "--golden-set", golden, "--golden-set-sha256", sha256 or sha256_of(golden))
    return world.run("evaluate", "fraud", "--version", "7", *files, "--", *evaluator)


def evaluated(*evaluator: str) -> Callable[[World], object]:
    def provoke(world: World) -> object:
        register(world)
        return evaluate(world, *evaluator)

    return provoke


def changed(world: World) -> object:
    register(world)
    put(world, "models/fraud/candidates/7/model.tar", "changed")
    return evaluate(world, sys.executable)


CASES = [
    ErrorCase(
        "gate/malformed",
        "a file without metrics",
        gates("accuracy: 0.9"),
        "'/folder/gates.yaml' must hold 'metrics: {<name>: {minimum, maximum, comparison}}' as YAML ('metrics')",
    ),
    ErrorCase(
        "gate/malformed",
        "a bound in words",
        gates("metrics: {accuracy: {minimum: high}}"),
        "'/folder/gates.yaml' must hold 'metrics: {<name>: {minimum, maximum, comparison}}' as YAML (could not convert string to float: 'high')",
    ),
    ErrorCase(
        "gate/empty", "no metric", gates("metrics: {}"), "'/folder/gates.yaml' names no metric, so everything would pass; name at least one"
    ),
    ErrorCase(
        "gate/unknown-key",
        "a slip",
        gates("metrics: {accuracy: {minimun: 0.9}}"),
        "'accuracy.minimun' in '/folder/gates.yaml' is no demand; there is comparison, maximum, minimum",
    ),
    ErrorCase(
        "gate/no-demand",
        "a metric without a demand",
        gates("metrics: {accuracy: {}}"),
        "'accuracy' in '/folder/gates.yaml' demands nothing; give it a minimum, a maximum or a comparison",
    ),
    ErrorCase(
        "gate/unknown-comparison",
        "a comparison of another kind",
        gates("metrics: {accuracy: {comparison: '>='}}"),
        "'accuracy.comparison' in '/folder/gates.yaml' must be 'gte' (at least the champion's) or 'lte' (at most), got '>='",
    ),
    ErrorCase(
        "gate/contradiction",
        "bounds that exclude each other",
        gates("metrics: {accuracy: {minimum: 0.9, maximum: 0.1}}"),
        "nothing lies between the minimum 0.9 and the maximum 0.1 of 'accuracy' in '/folder/gates.yaml'",
    ),
    ErrorCase(
        "evaluate/other-golden-set",
        "a golden set that was changed",
        lambda world: evaluate(world, "true", sha256="a" * 64),
        "the golden set 'golden' has SHA-256 dd56de4137951d9c92681b03416ec15f886b4482a27e3a517d32f085244cbe5d, expected was "
        + "a" * 64
        + "; restore it, or have the change reviewed",
        4,
    ),
    ErrorCase(
        "evaluate/wrong-hash",
        "an artifact that was changed",
        changed,
        "version '7' of 'fraud' has SHA-256 d67e2e944994496c8d8ec76eed0cf9f09679448d584b532bebf941852a37f5ed, registered was 4cbc692004ba6561cd19daa9bc434a9f9eb2b228a7a5766bbfe7cb3c6ac5476a; find out who changed it",
        4,
    ),
    ErrorCase(
        "evaluate/no-evaluator",
        "a program that is not there",
        evaluated("/nowhere/evaluator"),
        "the evaluator '/nowhere/evaluator' cannot be started (No such file or directory); give a program after '--'",
    ),
    ErrorCase(
        "evaluate/evaluator-failed",
        "a program that fails",
        evaluated(sys.executable, "-c", "raise SystemExit(7)"),
        "the evaluator ended with 7 for version '7' of 'fraud'; read what it said above",
    ),
    ErrorCase(
        "evaluate/no-metrics",
        "a program that writes nothing",
        evaluated(sys.executable, "-c", ""),
        "the evaluator wrote no JSON object of numbers to METRICS_PATH for version '7' of 'fraud'; it must write {name: number}",
    ),
]
