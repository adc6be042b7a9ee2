-- judged: one row per package (and per order without one), with all columns that a condition of the population and of the
-- evidence may use: those of the submission that is judged, blank texts where there is none.
--
-- reads    effective
-- columns  effective's
SELECT * REPLACE (
    coalesce(carrier_code, '') AS carrier_code,
    coalesce(carrier_name, '') AS carrier_name,
    coalesce(carrier, '') AS carrier,
    coalesce(tracking_number, '') AS tracking_number,
    coalesce(trimmed_number, '') AS trimmed_number,
    coalesce(tracking_text, '') AS tracking_text,
    coalesce(ship_method, '') AS ship_method,
    coalesce(counting_submissions, 0) AS counting_submissions,
    coalesce(undecided, FALSE) AS undecided,
    CASE WHEN undecided THEN undecided_why ELSE unanswered_why END AS unanswered_why
)
FROM effective
