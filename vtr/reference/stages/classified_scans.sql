-- classified_scans: each event with its class, and whether it was cancelled.
--
-- reads    coded_scans, cancelled_codes
-- columns  carrier, tracking_number, position, at, code, class, counts (a physical scan), delivers (it says delivered),
--          at_facility (it counts, in a facility), attempts (it says that a delivery by any firm failed); all of these
--          are false for a cancelled event
SELECT
    scan.carrier,
    scan.tracking_number,
    scan."position",
    scan."at",
    scan.code,
    scan."class",
    cancelled."position" IS NULL AND scan.is_physical AS counts,
    cancelled."position" IS NULL AND scan.says_delivered AS delivers,
    cancelled."position" IS NULL AND scan.is_in_facility AS at_facility,
    cancelled."position" IS NULL AND scan.is_attempt AS attempts
FROM coded_scans AS scan
LEFT JOIN cancelled_codes AS cancelled
    ON cancelled.carrier = scan.carrier
    AND cancelled.tracking_number = scan.tracking_number
    AND cancelled.code = scan.code
    AND cancelled."position" > scan."position"
