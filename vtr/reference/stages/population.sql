-- population: which packages the report is about, as far as the order and its confirmation decide that.
--
-- An order without a confirmation is one row with package NULL; a confirmation without its order is a row too, so that
-- nothing is dropped silently.
--
-- reads    orders, packages, settings
-- columns  the order's and the package's (columns.py, needs "order"), and why (the first rule that takes it out, of
--          those that come before a rule about its submissions; NULL if none does); missing_outcome (the meaning of
--          having no answer about a number: unanswered, or unknown)
-- {{early_population}}  those rules as one CASE
WITH dated AS (
    SELECT
        coalesce(ordered.order_id, confirmed.order_id) AS order_id,
        ordered.order_id IS NOT NULL AS order_given,
        ordered.* EXCLUDE (order_id),
        ordered.item_price + coalesce(ordered.shipping_price, 0) AS total_price,
        confirmed.* EXCLUDE (order_id),
        settings.*
    FROM orders AS ordered
    FULL JOIN packages AS confirmed ON confirmed.order_id = ordered.order_id
    CROSS JOIN settings
)
SELECT *, CASE WHEN NOT order_given THEN 'ORDER_NOT_GIVEN' ELSE {{early_population}} END AS why
FROM dated
