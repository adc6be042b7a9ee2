-- sightings: what the scans of a submission's number say about this order.
--
-- Scans before the order was placed are another parcel's (a number used again) and are left out, unless the switch
-- prior_scans says count. A scan without a time counts as a scan, but gives no delivery time.
--
-- reads    answered, classified_scans
-- columns  order_id, package, seq, physical_scans, facility_scans, attempt_scans, delivery_scans, first_scan_at,
--          delivered_at
-- {{prior_scans}}, {{delivery_only}}  the profile's switches
SELECT
    submission.order_id,
    submission.package,
    submission.seq,
    count(*) FILTER (scan.counts AND ({{delivery_only}} = 'counts' OR NOT scan.delivers)) AS physical_scans,
    count(*) FILTER (scan.at_facility) AS facility_scans,
    count(*) FILTER (scan.attempts) AS attempt_scans,
    count(*) FILTER (scan.delivers) AS delivery_scans,
    min(scan."at") FILTER (scan.counts) AS first_scan_at,
    min(scan."at") FILTER (scan.delivers) AS delivered_at
FROM answered AS submission
JOIN classified_scans AS scan
    ON scan.carrier = submission.client AND scan.tracking_number = submission.asked_number
WHERE scan."at" IS NULL OR scan."at" >= submission.placed_at OR {{prior_scans}} = 'count'
GROUP BY submission.order_id, submission.package, submission.seq
