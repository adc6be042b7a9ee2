"""Which bundled scenarios each mistake must fail, and which it must not: found by reading them, never by a run.

Of every mistake: what a file says where the mistake can matter (a pattern in its text); of the files that say so, those
that must fail, by the reason, and those that must not, by the reason. Every such file stands in one of the two, so a
new scenario must be put there by someone who has read it. In all other files the mistake has nothing to go wrong on.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import chain

Why = str
Cases = str  # names of files, below `cases/` and without `.yaml`, with blanks between them


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read about a mistake: where it can matter, what it must fail, and what it must leave alone."""

    matters: Callable[[str], object]
    fails: Mapping[Why, Cases]
    spares: Mapping[Why, Cases]

    def failing(self) -> set[str]:
        """The files that must fail."""
        return set(chain.from_iterable(cases.split() for cases in self.fails.values()))

    def spared(self) -> set[str]:
        """The files that say what the mistake is about, and must not fail."""
        return set(chain.from_iterable(cases.split() for cases in self.spares.values()))

    def examples(self, each: int) -> set[str]:
        """The first few files of each reason."""
        reasons = (*self.fails.values(), *self.spares.values())
        return set(chain.from_iterable(cases.split()[:each] for cases in reasons))


def _says(pattern: str) -> Callable[[str], object]:
    return re.compile(pattern).search


def _says_twice(text: str) -> bool:
    """Whether what stands before the expectation names a parcel, or a number, more than once."""
    story = text.partition("\nexpect:")[0]
    named = re.findall(r"\b(?:parcel|number|tracking): ([^\s,}]+)", story)
    return len(named) > len(set(named)) or "number: $" in story


READINGS: dict[str, Reading] = {
    "accepts_digits_of_all_scripts": Reading(
        lambda text: re.search(r"(?![0-9])\d", text) or "fault: full_width" in text,
        fails={
            "read as digits, the text can be processed: a number that nobody knows, in place of InvalidId": (
                "invalid-id-chars/beyond-ascii"
            ),
        },
        spares={
            "the profile reads them as plain digits too": "other-readings/full-width-digits",
            "the letters of 1Z are full-width as well, and no digits": "faults/seller/full_width",
        },
    ),
    "compares_local_times": Reading(
        # Eight hours (seven from 2026-03-08 on): what comes so close must be said in the file, by a time of its own.
        _says(r"\bat: |placed:|attempted|fault: (late_upload|clock_behind|pickup_at_midnight|gmt_date_not_moved)"),
        fails={
            "submitted within eight hours before the delivery, or at it: taken for late": (
                "edits/corrected-just-before-delivery no-scan/each-event-alone"
                " other-readings/uploaded-at-the-same-instant"
                " uploaded-after-delivery/at-the-same-instant uploaded-after-delivery/in-the-night-clocks-go-forward"
                " uploaded-after-delivery/instants-decide valid/attempted-then-delivered"
            ),
            "scanned within eight hours after the order: taken for before it": (
                "no-scan/scanned-at-the-instant-of-the-order"
            ),
        },
        spares={
            "submitted at the delivery or after it: too late by either clock": (
                "edits/blank-filled-after-delivery edits/corrected-after-delivery"
                " edits/corrected-at-the-instant-of-delivery edits/good-number-edited-after-delivery"
                " edits/resubmitted-after-delivery faults/seller/late_upload other-readings/scans-before-the-order"
                " uploaded-after-delivery/days-late uploaded-after-delivery/one-second-late"
            ),
            "submitted more than a day before the delivery": (
                "edits/blank-filled-in-transit edits/carrier-corrected edits/corrected-before-delivery"
                " edits/overwritten-before-delivery excluded/cancelled-at-the-same-instant"
                " excluded/window-of-promised-dates"
                " excluded/window-on-the-day-clocks-go-forward packages/second-confirmation-under-the-same-reference"
                " us-2025/each-carrier-tells-both-scans valid/uploaded-after-first-scan"
            ),
            "what is submitted late is never delivered, and first scanned a day or more after the order": (
                "carrier-mismatch/known-to-both carrier-mismatch/shared-number-not-scanned-by-the-named-one"
                " edits/exactly-72-hours edits/resubmitted-once-the-carrier-knows edits/within-72-hours"
                " excluded/confirmed-at-the-reports-instant excluded/not-confirmed-yet"
                " excluded/submitted-less-than-72-hours-ago jp-2022/low-value no-scan/china-post-acceptance-revoked"
                " no-scan/first-scan-after-the-report no-scan/published-after-the-report number-unknown/not-yet-known"
                " other-readings/more-than-72-hours other-readings/scan-form packages/partial-shipment"
                " uploaded-after-delivery/never-delivered"
                " valid/first-scan-at-the-destination-hub valid/scan-form-then-own-scan"
            ),
            "nothing that counts as a scan": (
                "no-scan/china-post-electronic-events no-scan/dhl-information-received no-scan/fedex-electronic-events"
                " no-scan/scan-form-only-parcel-lost no-scan/ups-electronic-events no-scan/usps-electronic-events"
                " no-scan/delivered-abroad-and-uploaded-late"
            ),
            "nothing is judged by its scans: each order is left out": "excluded/the-first-rule-is-the-reason",
            "scanned a day or more after the order, or months before it; delivered days after the upload": (
                "faults/payload/gmt_date_not_moved faults/tracking/clock_behind faults/tracking/pickup_at_midnight"
                " no-scan/scanned-before-the-order us-2025/delivered-by-another-post"
                " us-2025/from-five-dollars-two-scans valid/handed-over-to-the-post valid/return-label-number"
            ),
            "the time is that of a report, or of a new category, and no scan's": (
                "conduct/since-the-report-before excluded/window-ends-at-midnight-in-the-marketplace"
                " jp-2022/the-day-begins-in-tokyo other-readings/window-in-utc rates/category-when-ordered"
                " uk-2021/the-day-begins-in-london unanswered/carrier-down-at-the-report"
            ),
        },
    ),
    "counts_by_current_category": Reading(
        _says("recategorised"),
        fails={"the product has another category today": "rates/category-when-ordered"},
        spares={},
    ),
    "counts_label_created": Reading(
        # Only rows without a scan, or with too few, can gain by one more. An X without a reason may be one of them.
        _says(r"reason: (NO_SCAN|SECOND_SCAN_MISSING)|no_valid_tracking: X\}"),
        fails={
            "about labels, announcements and the like": (
                "faults/tracking/label_only faults/tracking/voided no-scan/bought-label-never-scanned"
                " no-scan/china-post-electronic-events no-scan/dhl-information-received no-scan/each-event-alone"
                " no-scan/label-created-only no-scan/label-voided no-scan/scan-form-only-parcel-lost"
                " no-scan/ups-electronic-events no-scan/usps-electronic-events"
            ),
            "about other events that are no scans, with a label before them": (
                "carrier-mismatch/shared-number-not-scanned-by-the-named-one faults/tracking/inferred_only"
                " faults/tracking/partner_only no-scan/delivered-abroad-and-uploaded-late"
                " no-scan/fedex-electronic-events no-scan/partner-only"
                " other-readings/delivery-is-the-only-scan other-readings/scan-form valid/scan-form-then-own-scan"
            ),
            "before the first scan, or its publication, there is the label": (
                "no-scan/first-scan-after-the-report no-scan/published-after-the-report"
            ),
            "its package without valid tracking is one with a label alone": (
                "excluded/cancelled-after-confirmation excluded/confirmed-never-shipped-refunded"
                " excluded/freight-without-supported-carrier excluded/low-value-from-abroad"
                " other-readings/target-must-be-exceeded packages/three-under-one-shipment rates/per-category"
                " rates/target-met-exactly rates/target-missed uk-2021/cross-border"
                " uk-2021/untracked-letter-for-letter unanswered/carrier-down-at-the-report"
                " us-2025/low-value-from-abroad-is-measured us-2025/other-origins"
                " us-2025/untracked-from-britain-and-india"
            ),
        },
        spares={
            "no event is a label's": (
                "faults/tracking/record_without_events no-scan/china-post-acceptance-revoked"
                " no-scan/scanned-at-the-instant-of-the-order no-scan/scanned-before-the-order"
                " us-2025/delivered-by-another-post us-2025/from-five-dollars-two-scans"
            ),
            "what is missing is the attempt or the delivery, which no label stands for": (
                "us-2025/from-fifteen-dollars-two-scans"
            ),
            "the X is for a blank number": ("packages/combined-orders-second-without-number packages/one-of-two-blank"),
        },
    ),
    "counts_scans_before_the_order": Reading(
        _says(r"\bat: (2025-|day 0 0\d:)|fault: (recycled_number|clock_behind|pickup_at_midnight|gmt_date_not_moved)"),
        fails={
            "a stranger's delivery under the same number makes the upload late": (
                "faults/tracking/recycled_number no-scan/scanned-before-the-order"
            ),
            "the scan of a second before the order is its only one": "no-scan/scanned-at-the-instant-of-the-order",
        },
        spares={
            "the profile counts them too": "other-readings/scans-before-the-order",
            "moved by hours, or a day, the first scan is still after the order": (
                "faults/payload/gmt_date_not_moved faults/tracking/clock_behind faults/tracking/pickup_at_midnight"
            ),
        },
    ),
    "ignores_cancellations": Reading(
        _says("cancelled:"),
        fails={
            "cancelled before it was confirmed, and yet a row": "excluded/cancelled-before-confirmation",
            "cancelled and never confirmed: left out, but for the other reason": (
                "excluded/cancelled-at-the-same-instant excluded/the-first-rule-is-the-reason"
            ),
        },
        spares={
            "cancelled after it was confirmed: in the report anyway": (
                "excluded/cancelled-after-confirmation excluded/confirmed-never-shipped-refunded"
            ),
        },
    ),
    "ignores_case_of_carriers": Reading(
        _says(r"CARRIER_UNSUPPORTED|EXEMPT_(FREIGHT|CARRIER)"),
        fails={
            "a supported name in the wrong case": (
                "carrier-unsupported/small-letters carrier-unsupported/spelling"
                " carrier-unsupported/spelling-of-each-carrier faults/seller/carrier_lower_case"
                " jp-2022/carrier-outside-the-list uk-2021/carrier-not-integrated"
            ),
            "with the name in the right case its untracked service is exempt": "uk-2021/untracked-letter-for-letter",
        },
        spares={
            "in no case a supported name": (
                "carrier-unsupported/chinese-name-typed carrier-unsupported/regional-carrier"
                " excluded/freight-without-supported-carrier faults/seller/unsupported_carrier"
                " us-2025/freight-is-measured us-2025/untracked-from-britain-and-india"
            ),
            "Other is the name, whatever is typed beside it": (
                "carrier-unsupported/other-with-typed-name faults/seller/carrier_typed"
            ),
            "the blank behind the name is what is wrong": "faults/seller/carrier_with_blank",
        },
    ),
    "ignores_the_carrier": Reading(
        _says(
            r"(confirm: \{[^}]*|- \{at: [^}]*)\bcarrier: |confirm: \{[^}]*tracking: \$(?!text)"
            r"|fault: (carrier_\w+|unsupported_carrier|wrong_carrier)"
        ),
        fails={
            "another carrier than the named one knows the number": (
                "carrier-mismatch/each-carrier-under-another-name"
                " carrier-mismatch/first-mile-number-under-the-last-mile-carrier"
                " carrier-mismatch/ups-parcel-confirmed-as-usps faults/seller/wrong_carrier"
            ),
            "what is named is no supported carrier, and one that is knows the number": (
                "carrier-unsupported/chinese-name-typed carrier-unsupported/other-with-typed-name"
                " carrier-unsupported/regional-carrier carrier-unsupported/spelling"
                " carrier-unsupported/spelling-of-each-carrier faults/seller/carrier_lower_case"
                " faults/seller/carrier_typed faults/seller/carrier_with_blank faults/seller/unsupported_carrier"
                " uk-2021/carrier-not-integrated us-2025/freight-is-measured"
            ),
            "the exemption is for the named carrier, or not for it": (
                "excluded/freight-without-supported-carrier uk-2021/untracked-letter-for-letter"
                " us-2025/untracked-from-britain-and-india"
            ),
            "the named carrier cannot be asked, and another one knows the number": "unanswered/carrier-without-client",
        },
        spares={
            "the named carrier knows the number": (
                "carrier-mismatch/known-to-both carrier-mismatch/shared-number-not-scanned-by-the-named-one"
                " packages/second-confirmation-under-the-same-reference valid/china-post-as-ems valid/dhl-global-mail"
                " valid/handed-over-to-the-post valid/second-brand-of-the-carrier"
            ),
            "what counts is the edit, which names the right carrier": "edits/carrier-corrected",
            "nobody knows the number": (
                "carrier-unsupported/small-letters invalid-id-chars/before-the-carrier-is-judged"
                " invalid-id-chars/hyphen-of-lasership invalid-id-chars/nearly-laserships-form"
                " unanswered/every-carrier-without-client"
            ),
            "what the order is worth keeps it out first": "excluded/the-first-rule-is-the-reason",
            "the number is blank": (
                "excluded/confirmed-never-shipped-refunded invalid-id-blank/before-the-carrier-is-judged"
                " us-2025/confirmation-dropped-without-a-word"
            ),
            "the profile has no name for the carrier that knows the number": "jp-2022/carrier-outside-the-list",
        },
    ),
    "judges_the_first_submission": Reading(
        _says("edits:"),
        fails={
            "an edit that counts corrects what was submitted, or spoils it": (
                "edits/blank-filled-in-transit edits/carrier-corrected edits/corrected-before-delivery"
                " edits/corrected-just-before-delivery edits/exactly-72-hours edits/overwritten-before-delivery"
                " edits/within-72-hours other-readings/more-than-72-hours"
                " packages/second-confirmation-under-the-same-reference"
            ),
        },
        spares={
            "the edit comes at the delivery or after it, and doesn't count": (
                "edits/blank-filled-after-delivery edits/corrected-after-delivery"
                " edits/corrected-at-the-instant-of-delivery edits/good-number-edited-after-delivery"
            ),
            "the edit says the same again": (
                "edits/resubmitted-after-delivery edits/resubmitted-once-the-carrier-knows"
            ),
        },
    ),
    "lets_late_uploads_pass": Reading(
        _says("UPLOADED_AFTER_DELIVERY"),
        fails={
            "a row is expected for just this reason": (
                "faults/seller/late_upload other-readings/scans-before-the-order"
                " other-readings/uploaded-at-the-same-instant uploaded-after-delivery/days-late"
                " uploaded-after-delivery/in-the-night-clocks-go-forward uploaded-after-delivery/instants-decide"
                " uploaded-after-delivery/one-second-late"
            ),
        },
        spares={},
    ),
    "shows_each_number_once": Reading(
        _says_twice,
        fails={
            "two rows of one report have the same text in column E": (
                "other-readings/target-must-be-exceeded packages/both-blank packages/one-parcel-for-two-orders"
                " valid/handed-over-to-the-post"
            ),
        },
        spares={
            "only one order is for the number": (
                "carrier-mismatch/known-to-both carrier-mismatch/shared-number-not-scanned-by-the-named-one"
            ),
            "two orders are for the parcel, each with another number": (
                "carrier-mismatch/first-mile-number-under-the-last-mile-carrier"
            ),
            "the numbers are blank, and column E then names the order": (
                "excluded/small-envelope packages/combined-orders-second-without-number us-2025/domestic-envelope"
            ),
            "one of the two is no row, the other shows InvalidId": "invalid-id-chars/hyphen-of-lasership",
        },
    ),
    "takes_silence_for_no": Reading(
        _says(r"unanswered:\s*(- |\[\{)"),
        fails={
            "the carrier gives no usable answer however often it is asked": (
                "conduct/credentials-refused conduct/fresh-token-refused conduct/quota-of-an-hour"
                " conduct/retry-after-holds-for-the-next-parcel conduct/retry-after-too-long faults/http/bot_challenge"
                " faults/http/forbidden faults/http/no_such_path faults/http/old_licence faults/http/redirected"
                " faults/http/token_throttled faults/http/token_without_scope faults/payload/deep_json"
                " faults/payload/empty_object faults/payload/events_a_text faults/payload/events_missing"
                " faults/payload/events_null faults/payload/huge_body faults/payload/null_answer"
                " faults/payload/number_failed_in_batch faults/payload/other_number faults/payload/text_for_object"
                " unanswered/carrier-down-at-the-report"
            ),
        },
        spares={
            "nobody is asked, so nobody is silent": (
                "invalid-id-chars/hyphen-of-lasership unanswered/carrier-without-client"
                " unanswered/every-carrier-without-client"
            ),
        },
    ),
}
