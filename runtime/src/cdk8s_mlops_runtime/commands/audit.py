"""`mlops audit`: who trained what on which data, and what was live when."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

import click

from cdk8s_mlops_runtime.problems import InputProblem, Tampered
from cdk8s_mlops_runtime.registry.moves import record_name
from cdk8s_mlops_runtime.registry.open import open_registry
from cdk8s_mlops_runtime.registry.registry import CHAMPION
from cdk8s_mlops_runtime.release import require_model


@click.command("audit")
@click.argument("model")
@click.option("--live-at", metavar="TIME", help="Only what was live at a time, such as 2026-01-31T12:00:00Z.")
@click.option("--json", "as_json", is_flag=True, help="The records themselves.")
@click.option("--registry", help="Address of the registry. The environment's if left out.")
def command(model: str, live_at: str | None, as_json: bool, registry: str | None) -> None:
    """Tell the history of MODEL, after a check that no record is missing or was changed."""
    moves = history(open_registry(registry).audit(require_model(model)).records(), model)
    if live_at is not None:
        moves = _live_at(moves, live_at, model)
    if as_json:
        click.echo(json.dumps(moves, indent=2, ensure_ascii=False))
        return
    for move in moves:
        click.echo(_line(move))


def history(records: dict[str, str], model: str) -> list[dict[str, Any]]:
    """The moves in their order. Each record names the hash of the one before, so that a gap or a change is seen."""
    moves: list[dict[str, Any]] = []
    before: str | None = None
    for number, (name, text) in enumerate(sorted(records.items()), start=1):
        if name != record_name(number):
            raise Tampered(
                "audit/gap",
                f"the audit trail of '{model}' lacks the record '{record_name(number)}' before '{name}'; restore it from an older version of the bucket",
            )
        try:
            move = json.loads(text)
            named = move.get("previousRecordSha256")
        except (ValueError, AttributeError) as error:
            raise Tampered(
                "audit/not-a-record",
                f"the record '{name}' of '{model}' is no JSON object any more; restore it from an older version of the bucket",
            ) from error
        if named != before:
            raise Tampered(
                "audit/changed",
                f"the record '{record_name(number - 1)}' of '{model}' was changed: the next one names another hash; restore it from an older version of the bucket",
            )
        before = hashlib.sha256(text.encode()).hexdigest()
        moves.append(move)
    return moves


def _live_at(moves: list[dict[str, Any]], time: str, model: str) -> list[dict[str, Any]]:
    try:
        moment: datetime | None = datetime.fromisoformat(time)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise InputProblem("audit/malformed-time", f"--live-at must be a time with its zone, such as 2026-01-31T12:00:00Z, got '{time}'")
    made = [move for move in moves if datetime.fromisoformat(move["at"]) <= moment and move["after"].get(CHAMPION) is not None]
    if not made:
        raise InputProblem(
            "audit/nothing-live",
            f"no version of '{model}' was live at {time}; the first move is of {moves[0]['at'] if moves else 'no time yet'}",
        )
    return made[-1:]


def _line(move: dict[str, Any]) -> str:
    champion = f"{move['before'].get(CHAMPION, 'none')} -> {move['after'].get(CHAMPION, 'none')}"
    line = f"{move['sequence']}  {move['at']}  {move['move']} {move['version']} ({move['outcome']}) by {move['by']}, champion {champion}"
    for version, record in move["changed"].items():
        data = record["dataSnapshot"]
        line += f"\n     {version} is {record['status']}: trained by {record['trainedBy']} on {data['kind']}:{data['uri']}@{data['revision']}, code {record['gitCommit']}"
        line += f", gate '{record['gateResult']}', SHA-256 {record['artifactSha256']}"
    return line
