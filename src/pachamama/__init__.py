"""Pacha Mama Raymi competitions: rounds, judges' scores, ranking, prizes and papers."""

__version__ = "0.1.0"
