"""Answers of a shadow beside those of the live model, request by request."""
