"""What each key of a scenario file says, in a line that an editor shows beside it.

Apart from the models in `schema`, because only editors read it: models that carry a text for each key would be slower
to build in every run. A test holds the two together, key by key.
"""

from collections.abc import Mapping

_PLACES: Mapping[str, str] = {
    "parcel": "The parcel's name under `parcels:`. For packages, null: no parcel stands behind it.",
    "order": "The order's id.",
    "package": "The package's number in its order, counted from 1.",
}
_PACKAGE: Mapping[str, str] = {
    "parcel": _PLACES["parcel"],
    "buy_shipping": "Whether the label was bought from Amazon. Default: false.",
    "confirm": "What the seller submits when confirming. Default: all as it should be. null: it is not confirmed.",
    "edits": "Later submissions, in the order in which they are made.",
}
_SUBMITTED: Mapping[str, str] = {
    "carrier": "The carrier, exactly as chosen or typed.",
    "carrier_name": "The carrier as typed, beside the carrier `Other`.",
    "tracking": "The tracking number, exactly as submitted. `$name`: that parcel's; an empty text: blank.",
    "ship_method": "The service, in the seller's words.",
}
_DEFAULTS: Mapping[str, str] = {
    "tags": "Words to select scenarios by, e.g. with `vtr run --tag`.",
    "profile": "The policy to judge by: a bundled profile's name, or a YAML file. Default: the run's.",
    "timezone": "Of times without an offset, an IANA name such as America/Chicago. Default: UTC.",
    "seed": "Of everything that is minted. Default: from the file and the scenario's name.",
    "report_at": "When the report is drawn, e.g. `day 30`; or several instants. Default: day 30 00:00.",
}
_COUNTED: Mapping[str, str] = {
    "category": "The category. Left out: all categories together.",
    "confirmed": "How many packages were confirmed.",
    "exempt": "How many are exempt.",
    "counted": "How many count: confirmed and not exempt.",
    "valid": "How many of them have valid tracking.",
    "rate": "The rate, valid of counted, e.g. 0.95.",
    "status": "What the rate amounts to under the profile, e.g. GOOD.",
}

WORDS: Mapping[str, Mapping[str, str]] = {
    "Document of defaults": {"defaults": "What holds for all scenarios of the file that don't say otherwise."},
    "Defaults": _DEFAULTS,
    "Scenario": {
        **_DEFAULTS,
        "scenario": "Its name: the fact that it shows.",
        "rules": "The rules that it is about, e.g. R8.",
        "matrix": "Names with lists of values: one test for each combination. `$name` stands for the value.",
        "parcels": "The parcels by name: what really travels. One parcel needs no order: it gets a perfect one.",
        "orders": "The orders: what was bought, and what the seller confirmed. Default: a perfect one for each parcel.",
        "faults": "What goes wrong, and where.",
        "quotas": "How many calls the carriers bear. true: what they publish; or numbers of your own by carrier.",
        "expect": "What the report must show; with several reports, one entry for each.",
    },
    "ParcelPart": {
        "carrier": "Who really carries it.",
        "service": "The carrier's service, e.g. ground.",
        "shipment": "Any text: parcels of one carrier with the same one travel under one shipment.",
        "number": "Its tracking number, or `minted` for one made from the seed (the default).",
        "journey": "Its life, by name: see `vtr journeys`. Default: delivered.",
        "scans": "Its life, scan by scan, in place of a journey.",
    },
    "Scan": {
        "at": "When it happens, e.g. `day 1 16:00`.",
        "kind": "What happens, in our words.",
        "code": "What happens, as the carrier's own code.",
        "place": "Where, e.g. `Tulsa, OK, US`.",
        "published": "When the carrier's API begins to show it. Default: when it happens.",
    },
    "OrderPart": {
        **_PACKAGE,
        "id": "The order's id, opaque text. Default: minted.",
        "placed": "When it was placed. Default: day 0 10:00.",
        "category": "The product's category when the order was placed. Default: Kitchen.",
        "recategorised": "The category that the product gets later.",
        "promised": "The day for which delivery was promised. Default: day 7.",
        "price": "Amount and currency, e.g. `25.00 USD`.",
        "ship_from": "Country, two letters. Default: US, for China Post CN.",
        "ship_to": "Country, two letters. Default: US.",
        "fulfilled_by": "Who ships: seller or amazon. Default: seller.",
        "cancelled": "When it was cancelled. Default: never.",
        "packages": "Its packages, where there are several. With one, their keys stand in the order itself.",
    },
    "PackagePart": _PACKAGE,
    "Confirm": {
        "at": "When the seller confirms. Default: day 1 09:00.",
        **_SUBMITTED,
        "carrier": f"{_SUBMITTED['carrier']} Default: the parcel's, as the profile spells it.",
        "tracking": f"{_SUBMITTED['tracking']} Default: the parcel's.",
    },
    "Edit": {
        "at": "When the seller submits again.",
        **{key: f"{words} Default: as submitted before." for key, words in _SUBMITTED.items()},
    },
    "Recategorised": {"at": "When the category changes.", "to": "The new category."},
    "FaultPart": {
        "fault": "What goes wrong, by name: see `vtr faults`.",
        "parameters": "The fault's own parameters: see `vtr faults NAME`.",
        "carrier": "Only at this carrier.",
        "operation": "Only in this operation of the carrier, e.g. track or token.",
        "numbers": "Only for these tracking numbers; `$name`: that parcel's.",
        "calls": "Only in these calls: a list such as [1, 2], `first 3` or `every 5`.",
        "chance": "With this chance, 0 to 1, drawn from the seed. Default: 1.",
        "since": "Only from this instant on.",
        "until": "Only before this instant.",
    },
    "QuotaPart": {
        "calls": "So many calls about parcels",
        "seconds": "in so many seconds; a day of 86400 begins anew at 00:00 UTC.",
    },
    "ExpectPart": {
        "at": "Which report, where there are several.",
        "rows": "The rows of the report. Rows that nothing here names are differences.",
        "rates": "Rates by category; compared only if the validator returns rates.",
        "unanswered": "Packages whose carrier gave no usable answer.",
        "excluded": "Packages that are not in the report; compared only if the validator returns them.",
        "conduct": "How the validator must behave towards each carrier.",
    },
    "RowPart": {
        **_PLACES,
        "absent": "There must be no such row.",
        "tracking_id": "Column E: the number, or `<order id>-InvalidId`; `$name`: that parcel's number.",
        "no_valid_tracking": "Column N: X, or an empty text for valid tracking.",
        "reason": "The rule that decided; compared only if the validator returns reasons.",
        "category": "The category in which the row counts.",
        "carrier": "The carrier that the row shows.",
        "ship_method": "The service that the row shows.",
        "confirmed_at": "When the package was confirmed.",
        "promised_delivery_date": "The day for which delivery was promised.",
        "first_scan_at": "When the first physical scan happened.",
        "delivered_at": "When it was delivered.",
    },
    "RatePart": _COUNTED,
    "ListedPart": {**_PLACES, "why": "Why it is listed."},
    "CellPart": {
        "equals": "Exactly this text.",
        "any_of": "One of these texts.",
        "value": "This number or instant, within a tolerance.",
        "within": "The tolerance: a number, or a duration such as 2h.",
    },
    "ConductPart": {
        "calls": "Calls about parcels, refused and repeated ones too.",
        "tokens": "Calls for a token.",
        "batch_size": "The most numbers in one call.",
        "waits_after_429": "true: there is a 429, and the validator waits after each.",
        "findings": "The names of all findings there must be: see `vtr conduct`.",
    },
    "Bounds": {"at_least": "No fewer.", "at_most": "No more.", "exactly": "Just so many."},
}
