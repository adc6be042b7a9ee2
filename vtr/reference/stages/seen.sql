-- seen: answered, with what the carrier's events say about the parcel.
--
-- reads    answered, sightings, elsewhere
-- columns  answered's; number_known, known_elsewhere; physical_scans, facility_scans, attempt_scans, delivery_scans,
--          first_scan_at, delivered_at (columns.py)
SELECT
    submission.*,
    submission.outcome = 'known' AS number_known,
    other.client IS NOT NULL AS known_elsewhere,
    coalesce(sighting.physical_scans, 0) AS physical_scans,
    coalesce(sighting.facility_scans, 0) AS facility_scans,
    coalesce(sighting.attempt_scans, 0) AS attempt_scans,
    coalesce(sighting.delivery_scans, 0) AS delivery_scans,
    sighting.first_scan_at,
    sighting.delivered_at
FROM answered AS submission
LEFT JOIN sightings AS sighting
    ON sighting.order_id = submission.order_id
    AND sighting.package = submission.package
    AND sighting.seq = submission.seq
LEFT JOIN elsewhere AS other
    ON other.client = submission.client AND other.asked_number = submission.asked_number
