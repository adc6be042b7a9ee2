-- recounted_scans: the events of the numbers that are recounted, in the place of visible_scans. Without positions in the
-- file they are numbered as by the reader of small files: by time, or in the file's order if one has no time.
--
-- reads    scan_lines, settings, recounted
-- columns  visible_scans'
-- {{key}}  the number's key made of tracking_number; {{visible}}  whether the report can know of an event
WITH line AS (
    SELECT * REPLACE ({{key}} AS tracking_number)
    FROM scan_lines
    WHERE code <> ''
),
concerned AS (
    SELECT line.*
    FROM line
    SEMI JOIN recounted
        ON recounted.carrier = line.carrier AND recounted.tracking_number = line.tracking_number
),
timed AS (
    SELECT *, bool_and("at" IS NOT NULL) OVER (PARTITION BY carrier, tracking_number) AS all_timed
    FROM concerned
)
SELECT
    scan.carrier,
    scan.tracking_number,
    coalesce(
        scan."position",
        row_number() OVER (
            PARTITION BY scan.carrier, scan.tracking_number
            ORDER BY CASE WHEN scan.all_timed THEN scan."at" END, scan.file_row_number
        ) - 1
    ) AS "position",
    scan."at",
    scan.code,
    scan.subcode,
    scan.physical
FROM timed AS scan
CROSS JOIN settings
WHERE {{visible}}
