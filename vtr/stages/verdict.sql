-- verdict: one row per package (and per order without one), with the one word that decides it.
--
-- reads    population, effective, decisions
-- columns  the order's and the package's that the report shows; carrier, trimmed_number (the text without white space
--          around it), ship_method, first_scan_at, delivered_at of the submission that is judged; last_possible;
--          unanswered_why; decision (a rule's name, VALID, or unanswered); state (excluded, exempt, unanswered,
--          invalid, valid); says (the rule's words)
-- {{decision}}  the population rules that are left, then the evidence rules, as one CASE; it stops at unanswered before
--          the first rule that would need what is missing
WITH judged AS (
    SELECT
        package.*,
        submission.submitted_at,
        submission.seq,
        coalesce(submission.carrier_code, '') AS carrier_code,
        coalesce(submission.carrier_name, '') AS carrier_name,
        coalesce(submission.carrier, '') AS carrier,
        submission.carrier_supported,
        submission.carrier_misspelt,
        coalesce(submission.tracking_number, '') AS tracking_number,
        coalesce(submission.trimmed_number, '') AS trimmed_number,
        coalesce(submission.tracking_text, '') AS tracking_text,
        coalesce(submission.ship_method, '') AS ship_method,
        submission.outcome,
        submission.number_known,
        submission.known_elsewhere,
        submission.physical_scans,
        submission.facility_scans,
        submission.attempt_scans,
        submission.delivery_scans,
        submission.first_scan_at,
        submission.delivered_at,
        submission.delivered_so_far,
        coalesce(submission.counting_submissions, 0) AS counting_submissions,
        submission.last_possible,
        coalesce(submission.undecided, FALSE) AS undecided,
        CASE WHEN submission.undecided THEN submission.undecided_why ELSE submission.unanswered_why END
            AS unanswered_why
    FROM population AS package
    LEFT JOIN effective AS submission
        ON submission.order_id = package.order_id AND submission.package = package.package
),
decided AS (
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
    known.state,
    known.says
FROM decided
JOIN decisions AS known ON known.decision = decided.decision
