-- rates: the valid tracking rate, overall (category NULL) and per category when the order was placed.
--
-- confirmed = counted + exempt + unanswered. The target is compared in whole numbers: 190 of 200 is exactly 95 %, which
-- floating point might miss.
--
-- reads    verdicts
-- columns  category, confirmed, exempt, unanswered, counted, valid, rate (NULL when nothing counts), status (GOOD, BAD,
--          NONE when nothing counts)
-- {{target_millionths}}  the profile's target; {{target_met_at}}  its switch
WITH counts AS (
    SELECT
        GROUPING(category) = 1 AS overall,
        category,
        count(*) FILTER (state <> 'excluded') AS confirmed,
        count(*) FILTER (state = 'exempt') AS exempt,
        count(*) FILTER (state = 'unanswered') AS unanswered,
        count(*) FILTER (state IN ('valid', 'invalid')) AS counted,
        count(*) FILTER (state = 'valid') AS valid
    FROM verdicts
    GROUP BY GROUPING SETS ((), (category))
),
compared AS (
    SELECT
        *,
        CAST(valid AS HUGEINT) * 1000000 - CAST(counted AS HUGEINT) * {{target_millionths}}
            AS above_target
    FROM counts
)
SELECT
    CASE WHEN NOT overall THEN coalesce(category, '') END AS category,
    confirmed,
    exempt,
    unanswered,
    counted,
    valid,
    CASE WHEN counted > 0 THEN valid / counted END AS rate,
    CASE
        WHEN counted = 0 THEN 'NONE'
        WHEN above_target > 0 OR (above_target = 0 AND {{target_met_at}} = 'equal') THEN 'GOOD'
        ELSE 'BAD'
    END AS status
FROM compared
WHERE overall OR confirmed > 0
ORDER BY overall DESC, category
