-- unanswered: packages that cannot be judged because an answer is missing. Never a mark in the report.
--
-- reads    verdicts
-- columns  order_id, package, category, carrier, tracking_number, why
SELECT order_id, package, coalesce(category, '') AS category, carrier, trimmed_number AS tracking_number, unanswered_why
AS why FROM verdicts WHERE state = 'unanswered' ORDER BY promised_delivery_date, order_id, package
