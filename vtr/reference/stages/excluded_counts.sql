-- excluded_counts: how many packages and orders each reason keeps out of the report.
--
-- reads    verdicts
-- columns  why, packages
SELECT decision AS why, count(*) AS packages
FROM verdicts
WHERE state IN ('excluded', 'exempt')
GROUP BY decision
ORDER BY packages DESC, why
