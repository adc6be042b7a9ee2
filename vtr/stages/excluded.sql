-- excluded: what was given and is not in the report, each with the reason.
--
-- reads    verdicts, decisions
-- columns  order_id, package (NULL for an order without a confirmation), why, says
SELECT verdicts.order_id, verdicts.package, verdicts.decision AS why, known.says
FROM verdicts
JOIN decisions AS known ON known.decision = verdicts.decision
WHERE verdicts.state IN ('excluded', 'exempt')
ORDER BY order_id, package NULLS FIRST
