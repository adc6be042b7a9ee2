-- report: the rows of the report, valid and not.
--
-- reads    verdicts (the stage verdict, kept)
-- columns  those of a report row (layouts.py): dates are days in the marketplace's zone, instants UTC; tracking_id is
--          the text as submitted without white space around it, or the stand-in <order_id>-InvalidId where it cannot be
--          processed (rules named INVALID_ID…); reason is a rule's name or VALID
-- {{column_e}}  the profile's switch
--
-- A day is that of the connection's zone, which is the profile's (in_memory.lock): a plan with timezone() is not kept.
WITH local AS (
    SELECT
        *,
        CAST(make_timestamptz(epoch_us(placed_at)) AS DATE) AS order_date,
        CAST(make_timestamptz(epoch_us(confirmed_at)) AS DATE) AS ship_confirm_date,
        CAST(make_timestamptz(epoch_us(delivered_at)) AS DATE) AS delivery_date
    FROM verdicts
    WHERE state IN ('valid', 'invalid')
)
SELECT
    order_id,
    package,
    order_date,
    category,
    carrier,
    CASE
        WHEN starts_with(decision, 'INVALID_ID') THEN order_id || '-InvalidId'
        WHEN {{column_e}} = 'order_and_number' THEN order_id || '-' || trimmed_number
        ELSE trimmed_number
    END AS tracking_id,
    promised_delivery_date,
    ship_method,
    promised_ship_date,
    ship_confirm_date,
    first_scan_at AS first_scan,
    delivered_at AS actual_delivery,
    CASE WHEN ship_confirm_date > promised_ship_date THEN 'X' ELSE '' END AS shipped_late,
    CASE WHEN delivery_date > promised_delivery_date THEN 'X' ELSE '' END AS delivered_late,
    CASE WHEN state = 'valid' THEN '' ELSE 'X' END AS no_valid_tracking,
    decision AS reason
FROM local
ORDER BY promised_delivery_date, order_id, package
