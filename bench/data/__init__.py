"""Where articles come from. Knows nothing of models or metrics."""
