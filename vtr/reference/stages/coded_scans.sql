-- coded_scans: each event with its class, by the carrier's own flag and the tables of scan codes.
--
-- Decided in this order: a class that the profile gives the code; an event that cancels others is not a scan; the
-- carrier's own flag; a second code that means that the parcel was not read; the code, unless it alone decides nothing;
-- the second code; a code in no table is grey.
--
-- reads    visible_scans, scan_codes
-- columns  visible_scans'; class; says_delivered; milestone (of the code that decided); is_physical (by the profile's
--          counting_classes); is_in_facility (a physical scan in a facility); is_attempt (it says that a delivery by any
--          firm failed). Cancelled events are not taken out
-- {{counting_classes}}  the classes that count as physical, by the profile
WITH classed AS (
    SELECT
        scan.*,
        CASE
            WHEN main_row.chosen THEN main_row."class"
            WHEN main_row."class" = 'cancels' THEN 'cancels'
            WHEN scan.physical THEN 'scan'
            WHEN NOT scan.physical THEN 'none'
            WHEN sub_row."class" = 'none' THEN 'none'
            WHEN main_row."class" <> 'grey' THEN main_row."class"
            ELSE coalesce(sub_row."class", 'grey')
        END AS "class",
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
),
counted AS (
    SELECT *, "class" IN ({{counting_classes}}) AS is_physical
    FROM classed
)
SELECT
    *,
    is_physical AND milestone = 'facility' AS is_in_facility,
    milestone = 'attempt' AND "class" <> 'none' AS is_attempt
FROM counted
