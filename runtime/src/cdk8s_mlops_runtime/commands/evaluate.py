"""`mlops evaluate`: a candidate against @champion, on the same golden set, by the same program, on the same machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cdk8s_mlops_runtime.gate_report import APPROVAL_NONE, APPROVAL_REQUIRED, PASSED
from cdk8s_mlops_runtime.gates import Judgement, judge, read_gates
from cdk8s_mlops_runtime.packing import sha256_of, unpack, write_whole
from cdk8s_mlops_runtime.problems import InputProblem, Tampered
from cdk8s_mlops_runtime.registry.open import open_registry
from cdk8s_mlops_runtime.registry.registry import CHAMPION, Registry
from cdk8s_mlops_runtime.release import require_model, require_sha256, require_version

if TYPE_CHECKING:
    from cdk8s_mlops_runtime.registry.version import ModelVersion

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
SIZE = "model_size_mb"


@click.command("evaluate")
@click.argument("model")
@click.option("--version", required=True, help="Candidate.")
@click.option("--gates", "gates_path", required=True, type=FILE, help="quality_gates.yaml.")
@click.option("--golden-set", required=True, type=FILE, help="Examples that no training sees.")
@click.option("--golden-set-sha256", required=True, help="SHA-256 that the golden set must have: a changed set is a reviewed change.")
@click.option("--json", "json_path", type=click.Path(path_type=Path), help="File for the report that 'mlops promote --gate-report' reads.")
@click.option("--markdown", "markdown_path", type=click.Path(path_type=Path), help="File for the report that people read.")
@click.option(
    "--approval-file",
    type=click.Path(path_type=Path),
    help="File for 'required' if a person has to approve, because the architecture is another than the champion's, or 'none'.",
)
@click.option("--registry", help="Address of the registry. The environment's if left out.")
@click.argument("evaluator", nargs=-1, required=True, type=click.UNPROCESSED)
def command(
    model: str,
    version: str,
    gates_path: Path,
    golden_set: Path,
    golden_set_sha256: str,
    json_path: Path | None,
    markdown_path: Path | None,
    approval_file: Path | None,
    registry: str | None,
    evaluator: tuple[str, ...],
) -> None:
    """
    Judge a candidate of MODEL. The exit code is the verdict: 0 passed, 1 failed.

    EVALUATOR is a program with its arguments (after `--`). It is called once for the candidate and once for the champion, with MODEL_PATH (the
    folder of the model), GOLDEN_SET (the file) and METRICS_PATH (where it writes {name: number} as JSON) in its environment. `model_size_mb` is
    measured here: the bytes of the artifact, in millions.
    """
    require_model(model)
    gates = read_gates(gates_path)
    _require_golden_set(golden_set, require_sha256("--golden-set-sha256", golden_set_sha256))
    place = open_registry(registry)
    candidate = place.find(model, require_version(version))
    alias = place.read(model).ledger.aliases.get(CHAMPION)
    champion = None if alias in {None, candidate.version} else place.find(model, str(alias))
    measured = _measure(place, candidate, golden_set, evaluator)
    compared = None if champion is None else _measure(place, champion, golden_set, evaluator)
    judgements = judge(gates, measured, compared)
    report = _report(candidate, champion, alias, golden_set_sha256, judgements)
    if json_path is not None:
        write_whole(json_path, f"{json.dumps(report, indent=2, ensure_ascii=False)}\n")
    if approval_file is not None:
        write_whole(approval_file, str(report["approval"]))
    markdown = _markdown(candidate, alias, judgements)
    if markdown_path is not None:
        write_whole(markdown_path, markdown)
    click.echo(markdown, nl=False)
    if report["verdict"] != PASSED:
        sys.exit(1)


def _require_golden_set(path: Path, expected: str) -> None:
    found = sha256_of(path)
    if found != expected:
        raise Tampered(
            "evaluate/other-golden-set",
            f"the golden set '{path.name}' has SHA-256 {found}, expected was {expected}; restore it, or have the change reviewed",
        )


def _measure(registry: Registry, version: ModelVersion, golden_set: Path, evaluator: tuple[str, ...]) -> dict[str, float]:
    with tempfile.TemporaryDirectory(prefix="mlops-evaluate-") as name:
        folder = Path(name)
        archive = folder / "model.tar"
        registry.fetch(version, archive)
        found = sha256_of(archive)
        if found != version.artifact_sha256:
            raise Tampered(
                "evaluate/wrong-hash",
                f"version '{version.version}' of '{version.model}' has SHA-256 {found}, registered was {version.artifact_sha256}; find out who changed it",
            )
        unpack(archive, folder / "model")
        metrics = _call(version, folder, golden_set, evaluator)
        return {**metrics, SIZE: archive.stat().st_size / 1e6}


def _call(version: ModelVersion, folder: Path, golden_set: Path, evaluator: tuple[str, ...]) -> dict[str, float]:
    written = folder / "metrics.json"
    environment = {
        **os.environ,
        "MODEL_PATH": str(folder / "model"),
        "GOLDEN_SET": str(golden_set.absolute()),
        "METRICS_PATH": str(written),
    }
    try:
        code = subprocess.run(
            evaluator, env=environment, check=False, stdout=sys.stderr.fileno() if _has_file(sys.stderr) else None
        ).returncode
    except OSError as error:
        raise InputProblem(
            "evaluate/no-evaluator", f"the evaluator '{evaluator[0]}' cannot be started ({error.strerror}); give a program after '--'"
        ) from error
    if code != 0:
        raise InputProblem(
            "evaluate/evaluator-failed",
            f"the evaluator ended with {code} for version '{version.version}' of '{version.model}'; read what it said above",
        )
    try:
        metrics: dict[str, Any] = json.loads(written.read_text(encoding="utf-8"))
        return {name: float(value) for name, value in metrics.items()}
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise InputProblem(
            "evaluate/no-metrics",
            f"the evaluator wrote no JSON object of numbers to METRICS_PATH for version '{version.version}' of '{version.model}'; it must write {{name: number}}",
        ) from error


def _has_file(stream: Any) -> bool:
    try:
        stream.fileno()
    except (OSError, AttributeError):
        return False
    return True


def _report(
    candidate: ModelVersion, compared: ModelVersion | None, champion: str | None, golden_set_sha256: str, judgements: list[Judgement]
) -> dict[str, Any]:
    is_novel = compared is not None and compared.lineage.architecture_sha256 != candidate.lineage.architecture_sha256
    return {
        "model": candidate.model,
        "version": candidate.version,
        "artifactSha256": candidate.artifact_sha256,
        "verdict": "failed" if any(judgement.failure for judgement in judgements) else PASSED,
        "champion": champion,
        "approval": APPROVAL_REQUIRED if is_novel else APPROVAL_NONE,
        "goldenSetSha256": golden_set_sha256,
        "gates": [judgement.to_json() for judgement in judgements],
    }


def _markdown(candidate: ModelVersion, champion: str | None, judgements: list[Judgement]) -> str:
    failed = sum(judgement.failure is not None for judgement in judgements)
    verdict = f"failed {failed} of {len(judgements)} gates" if failed else f"passed {len(judgements)} gates"
    lines = [
        f"# {candidate.model}/{candidate.version} {verdict}",
        "",
        f"Compared with {'version ' + champion if champion else 'nothing: there is no champion yet'}.",
        "",
        "| metric | candidate | champion | asked is | |",
        "|---|---|---|---|---|",
    ]
    for judgement in judgements:
        gate = judgement.gate
        lines.append(
            f"| {gate.metric} | {_cell(judgement.value)} | {_cell(judgement.champion)} | {gate.demand} | {judgement.failure or 'passed'} |"
        )
    return "\n".join(lines) + "\n"


def _cell(value: float | None) -> str:
    return "-" if value is None else f"{value:g}"
