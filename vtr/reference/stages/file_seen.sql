-- file_seen: seen, from a file of scans: the totals of a number where they are enough, otherwise what was recounted.
--
-- reads    answered (with the columns of scan_totals), recounted, sightings (of what is recounted), elsewhere
-- columns  seen's
SELECT
    submission.* EXCLUDE (earliest_at, takes_back) REPLACE (
        CASE WHEN again.carrier IS NULL THEN coalesce(submission.physical_scans, 0)
            ELSE coalesce(sighting.physical_scans, 0) END AS physical_scans,
        CASE WHEN again.carrier IS NULL THEN coalesce(submission.facility_scans, 0)
            ELSE coalesce(sighting.facility_scans, 0) END AS facility_scans,
        CASE WHEN again.carrier IS NULL THEN coalesce(submission.attempt_scans, 0)
            ELSE coalesce(sighting.attempt_scans, 0) END AS attempt_scans,
        CASE WHEN again.carrier IS NULL THEN coalesce(submission.delivery_scans, 0)
            ELSE coalesce(sighting.delivery_scans, 0) END AS delivery_scans,
        CASE WHEN again.carrier IS NULL THEN submission.first_scan_at ELSE sighting.first_scan_at END
            AS first_scan_at,
        CASE WHEN again.carrier IS NULL THEN submission.delivered_at ELSE sighting.delivered_at END AS delivered_at
    ),
    submission.outcome = 'known' AS number_known,
    other.client IS NOT NULL AS known_elsewhere
FROM answered AS submission
LEFT JOIN recounted AS again
    ON again.carrier = submission.client AND again.tracking_number = submission.asked_number
LEFT JOIN sightings AS sighting
    ON sighting.order_id = submission.order_id
    AND sighting.package = submission.package
    AND sighting.seq = submission.seq
LEFT JOIN elsewhere AS other
    ON other.client = submission.client AND other.asked_number = submission.asked_number
