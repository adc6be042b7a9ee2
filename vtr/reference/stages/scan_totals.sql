-- scan_totals: the totals of each number in a file of scans, in one pass. For files of millions of events: most numbers
-- belong to one order and have no cancelled event, and then the totals are enough (see recounted).
--
-- reads    scan_lines, coded_scans (of lines_of_scans)
-- columns  carrier, tracking_number (the number's key), outcome, why; earliest_at (of the events that the report can
--          know of); takes_back (whether one of them cancels others); physical_scans, facility_scans, attempt_scans,
--          delivery_scans, first_scan_at, delivered_at
-- {{delivery_only}}  the profile's switch
-- {{key}}  the number's key made of tracking_number: made of each number and not of each event, because it is slow
WITH spelled AS (
    SELECT
        carrier,
        tracking_number,
        min("at") FILTER (visible) AS earliest_at,
        bool_or(visible AND "class" = 'cancels') AS takes_back,
        count(*) FILTER (visible AND is_physical AND ({{delivery_only}} = 'counts' OR NOT says_delivered))
            AS physical_scans,
        count(*) FILTER (visible AND is_in_facility) AS facility_scans,
        count(*) FILTER (visible AND is_attempt) AS attempt_scans,
        count(*) FILTER (visible AND says_delivered) AS delivery_scans,
        min("at") FILTER (visible AND is_physical) AS first_scan_at,
        min("at") FILTER (visible AND says_delivered) AS delivered_at
    FROM coded_scans
    GROUP BY carrier, tracking_number
),
counted AS (
    SELECT
        carrier,
        {{key}} AS tracking_number,
        min(earliest_at) AS earliest_at,
        bool_or(takes_back) AS takes_back,
        CAST(sum(physical_scans) AS BIGINT) AS physical_scans,
        CAST(sum(facility_scans) AS BIGINT) AS facility_scans,
        CAST(sum(attempt_scans) AS BIGINT) AS attempt_scans,
        CAST(sum(delivery_scans) AS BIGINT) AS delivery_scans,
        min(first_scan_at) AS first_scan_at,
        min(delivered_at) AS delivered_at
    FROM spelled
    GROUP BY carrier, {{key}}
),
said AS (
    SELECT carrier, {{key}} AS tracking_number, max(nullif(outcome, '')) AS outcome, max(coalesce(why, '')) AS why
    FROM scan_lines
    WHERE outcome <> '' OR why <> ''
    GROUP BY carrier, {{key}}
)
SELECT counted.*, coalesce(said.outcome, 'known') AS outcome, coalesce(said.why, '') AS why
FROM counted
LEFT JOIN said ON said.carrier = counted.carrier AND said.tracking_number = counted.tracking_number
