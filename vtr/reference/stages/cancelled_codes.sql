-- cancelled_codes: which codes of a number were taken back by a later event (a scan made by mistake).
--
-- reads    visible_scans, scan_codes
-- columns  carrier, tracking_number, code (the one taken back), position (events of that code before it are cancelled)
SELECT scan.carrier, scan.tracking_number, taken_back.code, max(scan."position") AS "position"
FROM visible_scans AS scan
JOIN (
    SELECT carrier, code AS cancelling, unnest(revokes) AS code
    FROM scan_codes
    WHERE class = 'cancels'
) AS taken_back ON taken_back.carrier = scan.carrier AND taken_back.cancelling = scan.code
GROUP BY scan.carrier, scan.tracking_number, taken_back.code
