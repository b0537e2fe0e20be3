"""From a config to predictions, scores and results, and their files on disk."""
