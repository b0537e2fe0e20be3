"""The regression gate: decides whether quality has dropped significantly against a baseline."""
