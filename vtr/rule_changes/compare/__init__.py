"""What a change of rules, or another validator, flips: `vtr compare`.

Two sides are judged over the same packages, of scenarios (`over_scenarios`) or of files (`over_files`), and what comes
out is one value (`found`), shown in several forms (`showing`). Where both sides are profiles the clause that made each
row flip is named: the differences of the two profiles are found as values (`profile_changes`), each is tried alone and
left out alone, and the one that brings the row about is the one (`clauses`).
"""
