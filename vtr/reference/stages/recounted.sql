-- recounted: the numbers in a file of scans whose totals are not enough: an event cancels others, or one happened before
-- the order was placed.
--
-- reads    answered (with the columns of scan_totals)
-- columns  carrier, tracking_number
-- {{prior_scans}}  the profile's switch
SELECT DISTINCT client AS carrier, asked_number AS tracking_number
FROM answered
WHERE takes_back OR (earliest_at < placed_at AND {{prior_scans}} <> 'count')
