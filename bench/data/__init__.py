"""Loads articles from files, other stores and the hub. Independent of models and metrics."""
