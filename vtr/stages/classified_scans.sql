-- classified_scans: each event with its class, and whether it stands.
--
-- Decided in this order: a class that the profile gives the code; an event that cancels others is none itself; the
-- carrier's own flag; a second code known to mean that nobody read the parcel; the code, unless it alone decides
-- nothing; the second code; what no table knows is grey.
--
-- reads    visible_scans, scan_codes, cancelled_codes, counting_classes
-- columns  carrier, tracking_number, position, at, code, class, counts (a physical scan, by the profile's
--          counting_classes), delivers (it says delivered), at_facility (a physical scan in a facility), attempts (it says
--          that a delivery was tried in vain, whoever tried)
WITH classed AS (
    SELECT
        scan.carrier,
        scan.tracking_number,
        scan."position",
        scan."at",
        scan.code,
        CASE
            WHEN main_row.chosen THEN main_row."class"
            WHEN main_row."class" = 'cancels' THEN 'cancels'
            WHEN scan.physical THEN 'scan'
            WHEN NOT scan.physical THEN 'none'
            WHEN sub_row."class" = 'none' THEN 'none'
            WHEN main_row."class" <> 'grey' THEN main_row."class"
            ELSE coalesce(sub_row."class", 'grey')
        END AS "class",
        cancelled."position" IS NULL AS stands,
        -- The code itself says whether it delivers: a parcel brought back to its sender may share the number 011.
        coalesce(main_row.delivers, sub_row.delivers, FALSE) AS says_delivered,
        -- Of the code that decided: a code that alone decides nothing leaves it to the second one.
        CASE
            WHEN main_row."class" <> 'grey' OR main_row.milestone <> '' THEN main_row.milestone
            ELSE coalesce(sub_row.milestone, '')
        END AS milestone
    FROM visible_scans AS scan
    LEFT JOIN scan_codes AS main_row ON main_row.carrier = scan.carrier AND main_row.code = scan.code
    LEFT JOIN scan_codes AS sub_row ON sub_row.carrier = scan.carrier AND sub_row.code = scan.subcode
    LEFT JOIN cancelled_codes AS cancelled
        ON cancelled.carrier = scan.carrier
        AND cancelled.tracking_number = scan.tracking_number
        AND cancelled.code = scan.code
        AND cancelled."position" > scan."position"
),
counted AS (
    SELECT *, stands AND "class" IN (SELECT "class" FROM counting_classes) AS counts
    FROM classed
)
SELECT
    carrier,
    tracking_number,
    "position",
    "at",
    code,
    "class",
    counts,
    stands AND says_delivered AS delivers,
    counts AND milestone = 'facility' AS at_facility,
    stands AND milestone = 'attempt' AND "class" <> 'none' AS attempts
FROM counted
