-- evidence: every submission with all columns that a condition may use.
--
-- reads    seen
-- columns  answered's; those of columns.py that need "answer"; earliest_delivered_so_far (delivered_so_far, but the
--          earliest instant there is if a number up to this one has no answer: its delivery may have been at any instant)
WITH so_far AS (
    SELECT
        order_id,
        package,
        seq,
        min(delivered_at) OVER up_to_here AS delivered_so_far,
        bool_or(coalesce(outcome = 'unanswered', FALSE)) OVER up_to_here AS any_unanswered
    FROM seen
    WHERE edited
    WINDOW up_to_here AS (PARTITION BY order_id, package ORDER BY seq)
)
SELECT
    seen.*,
    CASE WHEN seen.edited THEN so_far.delivered_so_far ELSE seen.delivered_at END AS delivered_so_far,
    CASE
        WHEN CASE WHEN seen.edited THEN so_far.any_unanswered ELSE seen.outcome = 'unanswered' END
            THEN TIMESTAMP '0001-01-01 00:00:00'
        WHEN seen.edited THEN so_far.delivered_so_far
        ELSE seen.delivered_at
    END AS earliest_delivered_so_far
FROM seen
LEFT JOIN so_far ON so_far.order_id = seen.order_id AND so_far.package = seen.package AND so_far.seq = seen.seq
