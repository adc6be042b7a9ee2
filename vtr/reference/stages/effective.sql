-- effective: of each package the submission that is judged: the last one that counts.
--
-- Whether an edit counts may depend on a missing answer. Then both extremes are tried: no delivery besides the known ones,
-- and a delivery before everything. If the results differ, it is unknown whether the edit counts (counts is NULL). If such
-- a submission comes after the last one that surely counts, the package cannot be judged (undecided).
--
-- reads    evidence
-- columns  evidence's; counting_submissions; last_possible (seq of the last that counts or may); undecided;
--          undecided_why
-- {{counts}}, {{counts_at_earliest}}  the submission rules, all of them, with delivered_so_far and with
--          earliest_delivered_so_far
WITH tried AS (
    SELECT
        *,
        coalesce({{counts}}, FALSE) AS counts_as_known,
        coalesce({{counts_at_earliest}}, FALSE) AS counts_at_earliest
    FROM evidence
),
counted AS (
    SELECT *, CASE WHEN counts_as_known = counts_at_earliest THEN counts_as_known END AS counts
    FROM tried
),
chosen AS (
    SELECT
        order_id,
        package,
        min(seq) AS first_seq,
        count(*) FILTER (counts IS NOT FALSE) AS counting_submissions,
        max(seq) FILTER (counts IS NOT FALSE) AS last_possible,
        max(seq) FILTER (counts) AS last_sure,
        arg_min(unanswered_why, seq) FILTER (outcome = 'unanswered') AS undecided_why
    FROM counted
    WHERE edited AND seq IS NOT NULL
    GROUP BY order_id, package
)
SELECT
    counted.*,
    coalesce(chosen.counting_submissions, CASE WHEN counted.counts IS NOT FALSE THEN 1 ELSE 0 END)
        AS counting_submissions,
    CASE
        WHEN counted.edited THEN chosen.last_possible
        WHEN counted.counts IS NOT FALSE THEN counted.seq
    END AS last_possible,
    CASE
        WHEN counted.edited THEN coalesce(chosen.last_possible > coalesce(chosen.last_sure, 0), FALSE)
        ELSE counted.counts IS NULL
    END AS undecided,
    CASE WHEN counted.edited THEN chosen.undecided_why ELSE counted.unanswered_why END AS undecided_why
FROM counted
LEFT JOIN chosen ON chosen.order_id = counted.order_id AND chosen.package = counted.package
WHERE counted.seq IS NULL OR NOT counted.edited OR counted.seq = coalesce(chosen.last_possible, chosen.first_seq)
