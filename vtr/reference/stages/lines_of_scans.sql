-- lines_of_scans: the lines of a file of scans in the place of visible_scans, each with whether the report can know of
-- it; a line that only holds the carrier's answer about a number is not an event.
--
-- reads    scan_lines, settings
-- columns  carrier, tracking_number (as written), at, code, subcode, physical, visible
-- {{visible}}  whether the report can know of an event
SELECT
    scan.carrier,
    scan.tracking_number,
    scan."at",
    scan.code,
    scan.subcode,
    scan.physical,
    coalesce(scan.code <> '' AND {{visible}}, FALSE) AS visible
FROM scan_lines AS scan
CROSS JOIN settings
