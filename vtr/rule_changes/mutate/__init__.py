"""Mutation testing of profiles: each rule is broken on purpose, and the scenarios must notice.

`conditions`, `settings` and `codes` make the mutants (`mutants` is what one is); `playing` collects what the fake
carriers say in the scenarios, once; `batches` and `judging` run a mutant over that; `proposing` looks for a story that
would have noticed a survivor; `equivalent` knows the mutants that nothing can notice; `running` does it all.
"""
