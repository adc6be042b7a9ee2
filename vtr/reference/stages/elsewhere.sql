-- elsewhere: numbers that the named carrier does not know and another one knows.
--
-- reads    answered, answers
-- columns  client (the one that was named), asked_number
SELECT DISTINCT submission.client, submission.asked_number
FROM answered AS submission
JOIN answers AS other
    ON other.tracking_number = submission.asked_number
    AND other.carrier <> submission.client
    AND other.outcome = 'known'
WHERE submission.outcome = 'unknown'
