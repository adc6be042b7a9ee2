"""What the scenarios of a run exercise: rules, comparisons, scan codes, carriers, interfaces, faults, expected conduct.

`exercised` finds it out for one scenario, in pytest's process or in a worker; `report` counts it for the whole run,
against all there is to exercise; `text` prints it. `vtr run` without coverage measures nothing.
"""
