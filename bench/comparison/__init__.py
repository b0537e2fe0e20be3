"""Compares finished runs: comparability, significance tests, power analysis.

Functions return records; ``bench.reports`` renders them.
"""
