-- submitted: every submission made up to the report, of the packages still in the population, with all that is known of it
-- without a carrier's answer. A package without one (left out already, or nothing submitted yet) is one row without seq.
--
-- reads    population, submissions
-- columns  population's; those of columns.py that need "submission"; client (that asks the carrier, NULL
--          if there is none); settled (the evidence rule that decides it without an answer, NULL if none does); asked_number
--          (the key under which the carrier is asked, NULL if settled)
-- {{settled}}  the evidence rules before the first that needs an answer, as one CASE
-- {{supported_carriers}}  the profile's carriers: name, and the client that asks it (NULL if there is none)
-- {{inner_space}}, {{full_width}}  the profile's switches
WITH supported_carriers(name, client) AS (
    {{supported_carriers}}
),
read AS (
    SELECT
        package.*,
        submission.submitted_at,
        submission.seq,
        coalesce(submission.carrier_code, '') AS carrier_code,
        coalesce(submission.carrier_name, '') AS carrier_name,
        CASE
            WHEN coalesce(submission.carrier_code, '') IN ('', 'Other') THEN coalesce(submission.carrier_name, '')
            ELSE submission.carrier_code
        END AS carrier,
        supported.name IS NOT NULL AS carrier_supported,
        supported.name IS NULL
            AND lower(trim(CASE WHEN coalesce(submission.carrier_code, '') IN ('', 'Other')
                THEN coalesce(submission.carrier_name, '') ELSE submission.carrier_code END))
            IN (SELECT lower(trim(listed.name)) FROM supported_carriers AS listed) AS carrier_misspelt,
        supported.client,
        coalesce(submission.tracking_number, '') AS tracking_number,
        trim(coalesce(submission.tracking_number, ''), chr(32) || chr(9) || chr(10) || chr(11) || chr(12) || chr(13))
            AS trimmed_number,
        CASE
            WHEN {{full_width}} = 'narrow' THEN translate(
                trimmed_number,
                'ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ０１２３４５６７８９',
                'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
            )
            ELSE trimmed_number
        END AS narrowed_number,
        CASE
            WHEN {{inner_space}} = 'strip' THEN regexp_replace(narrowed_number, '\s', '', 'g')
            ELSE narrowed_number
        END AS tracking_text,
        coalesce(submission.ship_method, '') AS ship_method
    FROM population AS package
    LEFT JOIN submissions AS submission
        ON submission.order_id = package.order_id
        AND submission.package = package.package
        AND submission.submitted_at <= package.as_of
        AND package.why IS NULL
    LEFT JOIN supported_carriers AS supported ON supported.name = submission.carrier_code
)
SELECT
    *,
    CASE WHEN seq IS NOT NULL THEN {{settled}} END AS settled,
    CASE WHEN seq IS NOT NULL AND settled IS NULL THEN upper(tracking_text) END AS asked_number
FROM read
