"""What the values of a column are."""

from __future__ import annotations

from typing import Any

from cdk8s_mlops_runtime.problems import InputProblem

NUMBERS = "numbers"
LABELS = "labels"
# as settings say it
DECLARED = {"numerical": NUMBERS, "categorical": LABELS}


def kind_of(arrow: Any) -> str:
    """`numbers`, `labels`, `nothing` for a column of nulls, or empty for what cannot be compared."""
    import pyarrow as pa  # noqa: PLC0415 - half a second that a mistake in the settings does not need

    types = pa.types
    if types.is_floating(arrow) or types.is_integer(arrow) or types.is_decimal(arrow):
        return NUMBERS
    if types.is_string(arrow) or types.is_large_string(arrow) or types.is_boolean(arrow) or types.is_dictionary(arrow):
        return LABELS
    return "nothing" if types.is_null(arrow) else ""


def as_numbers(found: Any) -> Any:
    """64-bit floats, in which a decimal and the float that is written the same are the same number."""
    import pyarrow as pa  # noqa: PLC0415

    # the cast of a decimal is a multiplication, which misses the nearest float in a third of all cases; that of a text does not
    plain = found.cast(pa.large_string()) if pa.types.is_decimal(found.type) else found
    return plain.cast(pa.float64(), safe=False)


def as_labels(found: Any) -> Any:
    """Text, in which a whole number, a float and a decimal are the same label; what is no finite number is none."""
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.compute as pc  # noqa: PLC0415

    plain = as_numbers(found) if pa.types.is_decimal(found.type) else found
    if pa.types.is_floating(plain.type):
        plain = pc.if_else(pc.is_finite(plain), plain, None)
    return plain.cast(pa.string())


def declared_kind(name: str, found: str, declared: str | None) -> str:
    """A number can be a label if the settings say so; text is never a number."""
    if declared is None or found in {"", "nothing"}:
        return found
    kind = DECLARED[declared]
    if kind == NUMBERS and found == LABELS:
        raise InputProblem(
            "drift/declared-type",
            f"the settings call '{name}' numerical, but the reference holds labels; call it categorical, or write numbers into the reference",
        )
    return kind


def require_kind(name: str, before: str, now: str) -> None:
    """What was numbers must be numbers. Labels may be written in any way."""
    if now == "nothing" or (before == LABELS and now != ""):
        return
    if before != now:
        raise InputProblem(
            "drift/other-type",
            f"the column '{name}' held {before} when the model was trained and holds {now or 'something else'} now; look at what writes the predictions log",
        )
