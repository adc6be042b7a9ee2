"""What a change of rules, or another validator, flips: `vtr compare`.

- `sides`: the two sides, of the working tree or of a commit (`git_checkout`, `python_worker`).
- `over_scenarios` and `over_files` judge the same packages on both sides. Over scenarios, `package_verdicts` finds the
  verdict on each package in a validator's answer, and `scenario_result` counts and assembles the result.
- `findings`: the result of either as one value; `timeline` gives the details of sampled rows.
- `profile_diff`: how two profiles differ; `responsible_clauses`: which of the differences made a row flip.
- `budget`: how much may flip.
- `compare_text`, `compare_json` and `compare_tables` print the result.
"""
