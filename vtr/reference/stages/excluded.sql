-- excluded: the packages and orders that are not in the report, with the reason.
--
-- reads    verdicts
-- columns  order_id, package (NULL for an order without a confirmation), why, says
-- {{says}}  the text of each decision, as one CASE
SELECT order_id, package, decision AS why, {{says}} AS says
FROM verdicts
WHERE state IN ('excluded', 'exempt')
ORDER BY order_id, package NULLS FIRST
