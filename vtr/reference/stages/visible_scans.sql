-- visible_scans: the carriers' events that the report can know of: happened, and published, not after its instant. An
-- event without a time is kept: it is evidence of a scan at an unknown time.
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
