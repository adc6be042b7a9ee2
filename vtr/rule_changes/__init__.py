"""What a change of rules does.

- `compare`: which rows flip (`vtr compare`).
- `mutate`: which mutants of a profile the scenarios notice (`vtr mutate`).
- `fuzz`: on which stories two validators differ (`vtr fuzz`, `vtr shrink`).
- `profile_boundaries`, `departures`: where a profile draws lines, and how stories depart from the perfect order there.
"""
