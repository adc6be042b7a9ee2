-- verdict: one row per package (and per order without one), with the one word that decides it.
--
-- reads    judged
-- columns  the order's and the package's that the report shows; carrier, trimmed_number (the text without white space
--          around it), ship_method, first_scan_at, delivered_at of the submission that is judged; last_possible;
--          unanswered_why; decision (a rule's name, VALID, or unanswered); state (excluded, exempt, unanswered,
--          invalid, valid)
-- {{decision}}  the population rules that are left, then the evidence rules, as one CASE; it stops at unanswered before
--          the first rule that would need what is missing
-- {{state}}  the state that each decision means, as one CASE
WITH decided AS (
    SELECT *, coalesce(why, {{decision}}) AS decision
    FROM judged
)
SELECT
    decided.order_id,
    decided.package,
    decided.placed_at,
    decided.category,
    decided.promised_delivery_date,
    decided.promised_ship_date,
    decided.confirmed_at,
    decided.carrier,
    decided.trimmed_number,
    decided.ship_method,
    decided.first_scan_at,
    decided.delivered_at,
    decided.last_possible,
    decided.unanswered_why,
    decided.decision,
    {{state}} AS state
FROM decided
