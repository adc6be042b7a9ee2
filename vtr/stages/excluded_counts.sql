-- excluded_counts: how many packages and orders each reason keeps out of the report.
--
-- reads    verdicts
-- columns  why, says, packages
SELECT decision AS why, says, count(*) AS packages
FROM verdicts
WHERE state IN ('excluded', 'exempt')
GROUP BY decision, says
ORDER BY packages DESC, why
