-- packages: one row per confirmed package.
--
-- reads    submissions
-- columns  order_id, package, confirmed_at (its first submission's instant if none was given), buy_shipping, edited
--          (whether there is more than one submission; few packages are, and only they need to look at each other's)
SELECT
    order_id,
    package,
    coalesce(min(confirmed_at), min(submitted_at)) AS confirmed_at,
    coalesce(bool_or(buy_shipping), FALSE) AS buy_shipping,
    count(*) > 1 AS edited
FROM submissions
GROUP BY order_id, package
