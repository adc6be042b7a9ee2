-- asking: the clients to ask, and the numbers: of the packages that cannot be judged without an answer, all numbers up to
-- the last that may count.
--
-- reads    verdict (of not_asked), submitted
-- columns  client, asked_number
SELECT DISTINCT submission.client, submission.asked_number
FROM verdict AS package
JOIN submitted AS submission
    ON submission.order_id = package.order_id
    AND submission.package = package.package
    AND submission.seq <= package.last_possible
WHERE package.state = 'unanswered' AND submission.client IS NOT NULL AND submission.asked_number IS NOT NULL
ORDER BY ALL
