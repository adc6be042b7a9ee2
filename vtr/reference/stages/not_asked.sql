-- not_asked: seen, before any carrier was asked: every open submission is unanswered, and nothing was seen.
--
-- reads    submitted
-- columns  seen's (unanswered_why is NULL: there is no reason yet)
SELECT
    *,
    CASE WHEN seq IS NOT NULL AND settled IS NULL THEN 'unanswered' END AS outcome,
    CAST(NULL AS VARCHAR) AS unanswered_why,
    FALSE AS number_known,
    FALSE AS known_elsewhere,
    0 AS physical_scans,
    0 AS facility_scans,
    0 AS attempt_scans,
    0 AS delivery_scans,
    CAST(NULL AS TIMESTAMP) AS first_scan_at,
    CAST(NULL AS TIMESTAMP) AS delivered_at
FROM submitted
