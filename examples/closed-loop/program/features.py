"""The one way from a payment to what the model sees: training, tests, evaluation and serving all take it."""

import math


def vector(payment: dict, countries: list[str]) -> list[float]:
    """Numbers of a payment; a country that the training never saw is an error, not a guess."""
    return [math.log1p(float(payment["amount"])), float(payment["hour"]), float(countries.index(payment["country"]))]
