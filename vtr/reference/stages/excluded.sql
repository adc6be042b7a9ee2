-- excluded: what was given and is not in the report, each with the reason.
--
-- reads    verdicts
-- columns  order_id, package (NULL for an order without a confirmation), why, says
-- {{says}}  the words of each decision, as one CASE
SELECT order_id, package, decision AS why, {{says}} AS says
FROM verdicts
WHERE state IN ('excluded', 'exempt')
ORDER BY order_id, package NULLS FIRST
