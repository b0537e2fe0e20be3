"""What rates the items that models wrote: people, checkpoints and judges.

All of them write the same rows (`bench.data.ratings`) by the same rubric (`rubric`).
"""
