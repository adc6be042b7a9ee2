-- visible_scans: the carriers' events that the report can know of: happened, and published, at its instant or before.
-- An event without a time stays: that it was seen is evidence although nobody knows when.
--
-- reads    scans, settings
-- columns  carrier, tracking_number (the number's key: upper case, no blanks around it), position (0 is the oldest of
--          its answer), at (UTC, may be NULL), code, subcode ('' if none), physical (the carrier's own flag, NULL if
--          none)
-- {{visible}}  whether the report can know of an event
SELECT
    scan.carrier,
    scan.tracking_number,
    scan."position",
    scan."at",
    scan.code,
    scan.subcode,
    scan.physical
FROM scans AS scan
CROSS JOIN settings
WHERE {{visible}}
