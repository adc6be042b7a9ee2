"""The rules of us-2019 read once more, one package at a time, in plain Python: an oracle for the SQL.

Written from Amazon's help and from the carriers' documents, not from the profile, its conditions or the stages, so that
one mistake cannot agree with itself. Nothing is imported from `vtr` but where a story is handed to its engine
(`tables.py`). It is slow and simple on purpose: no joins, no NULLs, one `if` for each sentence of a rule.
"""
