"""Mutation testing of profiles, `vtr mutate`: each rule is broken on purpose, and the scenarios must notice.

- `mutant`: what a mutant is; `rule_mutants`, `setting_mutants` and `scan_code_mutants` make them, `all_mutants` lists
  them in one order.
- `batches`: reports of many stories, judged in one run of the engine.
- `reachability`: which reports a mutant can change at all.
- `judge`: which story notices a mutant.
- `propose`: a story that would have noticed a survivor.
- `equivalents`: the mutants that nothing can notice.
- `run`: a whole run, in several processes; `mutate_text` prints it.
"""
