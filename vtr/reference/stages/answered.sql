-- answered: submitted, with what the named carrier said about the number.
--
-- reads    submitted, answers
-- columns  submitted's; outcome (known, unknown, unanswered; NULL where no answer is needed); unanswered_why (NULL unless
--          unanswered)
SELECT
    submission.*,
    answer.* EXCLUDE (carrier, tracking_number, outcome, why),
    CASE
        WHEN submission.seq IS NULL OR submission.settled IS NOT NULL THEN NULL
        WHEN submission.client IS NULL THEN 'unanswered'
        ELSE coalesce(answer.outcome, submission.missing_outcome)
    END AS outcome,
    CASE
        WHEN submission.seq IS NULL OR submission.settled IS NOT NULL THEN NULL
        WHEN submission.client IS NULL THEN 'no client for ' || submission.carrier
        WHEN answer.outcome = 'unanswered' AND answer.why <> '' THEN answer.why
        WHEN coalesce(answer.outcome, submission.missing_outcome) = 'unanswered'
            THEN submission.client || ' gave no answer about ' || submission.asked_number
    END AS unanswered_why
FROM submitted AS submission
LEFT JOIN answers AS answer
    ON answer.carrier = submission.client AND answer.tracking_number = submission.asked_number
