"""The regression gate: has quality dropped against a baseline, and is that sure?"""
