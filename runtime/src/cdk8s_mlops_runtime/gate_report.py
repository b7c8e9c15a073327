"""The verdict of `mlops evaluate`, which a promotion asks for."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .problems import Conflict, InputProblem

if TYPE_CHECKING:
    from pathlib import Path

PASSED = "passed"
APPROVAL_REQUIRED = "required"
APPROVAL_NONE = "none"


@dataclass(frozen=True, slots=True)
class GateReport:
    """What was judged, against what, and with which result."""

    model: str
    version: str
    artifact_sha256: str
    verdict: str
    champion: str | None
    approval: str = APPROVAL_NONE

    @classmethod
    def read(cls, path: Path) -> GateReport:
        """Read the JSON report."""
        try:
            record = json.loads(path.read_text(encoding="utf-8"))
            return cls(
                record["model"],
                record["version"],
                record["artifactSha256"],
                record["verdict"],
                record.get("champion"),
                record.get("approval", APPROVAL_NONE),
            )
        except (ValueError, KeyError, TypeError, OSError) as error:
            raise InputProblem(
                "gate/no-report", f"'{path}' is no JSON report of 'mlops evaluate' ({error!r}); give the file that it wrote with --json"
            ) from error

    def require_passed(self, model: str, version: str, artifact_sha256: str) -> None:
        """The gate lets exactly this artifact through."""
        if (self.model, self.version, self.artifact_sha256) != (model, version, artifact_sha256):
            raise Conflict(
                "gate/other-artifact",
                f"the gate judged version '{self.version}' of '{self.model}' ({self.artifact_sha256[:12]}), "
                f"not version '{version}' of '{model}' ({artifact_sha256[:12]}); evaluate what you want to promote",
            )
        if self.verdict != PASSED:
            raise Conflict(
                "gate/not-passed", f"version '{version}' of '{model}' did not pass its gate: '{self.verdict}'; read the report, train again"
            )

    def require_approved(self, approved_by: str | None) -> None:
        """A person looked at what is not routine."""
        if self.approval == APPROVAL_REQUIRED and not approved_by:
            raise Conflict(
                "gate/not-approved",
                f"version '{self.version}' of '{self.model}' has another architecture than the champion '{self.champion}'; "
                "have a person look at it, and give the name with --approved-by",
            )
