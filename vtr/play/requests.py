"""The requests of a story: what Amazon knows at the instant of each report, as the validator protocol puts it.

Orders placed by then and submissions sent by then are in a request. What comes later has not happened yet.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from simulator.core.simulation import Simulation
from simulator.parcel import Submission
from vtr.reference.instants import instant_text
from vtr.reference.rules.profile_reader import Profile, ProfileText, profile_texts, read_texts
from vtr.story.story import Order, Story

PROTOCOL = 1

Submissions = Mapping[tuple[str, int], tuple[Submission, ...]]
"""What reaches Amazon, by order id and package number, in the order of submission."""


def build_requests(
    story: Story, simulation: Simulation, carriers: Mapping[str, Mapping[str, str]]
) -> list[dict[str, Any]]:
    """The request of each report, in the order of the scenario.

    simulation: its faults act on what sellers submit.
    carriers: where each carrier is reached, and the credentials.
    """
    submissions = submit_packages(story, simulation)
    return [build_request(story, submissions, report.at, carriers) for report in story.reports]


def submit_packages(story: Story, simulation: Simulation) -> Submissions:
    """What reaches Amazon of the submissions for each package."""
    return {
        (order.order_id, package.number): tuple(
            simulation.submit(submission, package.carrier) for submission in package.submissions
        )
        for order in story.orders
        for package in order.packages
    }


def build_request(
    story: Story, submissions: Submissions, as_of: datetime, carriers: Mapping[str, Mapping[str, str]]
) -> dict[str, Any]:
    """The request of the validator protocol, version 1, for the report of an instant (aware)."""
    orders = [order for order in story.orders if order.placed <= as_of]
    packages = []
    for order in orders:
        for package in order.packages:
            sent = [each for each in submissions[order.order_id, package.number] if each.submitted_at <= as_of]
            if sent:
                packages.append(
                    {
                        "order_id": order.order_id,
                        "package": package.number,
                        "confirmed_at": instant_text(sent[0].submitted_at),
                        "buy_shipping": package.buy_shipping,
                        "submissions": [_submission_fields(submission) for submission in sent],
                    }
                )
    return {
        "protocol": PROTOCOL,
        "as_of": instant_text(as_of),
        "profile": story.profile,
        "marketplace": _read_profile(profile_texts(story.profile)).marketplace,
        "orders": [_order_fields(order, as_of) for order in orders],
        "packages": packages,
        "carriers": {name: dict(values) for name, values in carriers.items()},
    }


@lru_cache(maxsize=8)
def _read_profile(texts: tuple[ProfileText, ...]) -> Profile:
    """A profile by its texts: reading one takes longer than many scenarios."""
    return read_texts(texts)


def _order_fields(order: Order, as_of: datetime) -> dict[str, Any]:
    cancelled = order.cancelled if order.cancelled is not None and order.cancelled <= as_of else None
    return {
        "order_id": order.order_id,
        "placed_at": instant_text(order.placed),
        "category": order.category,
        "current_category": order.category_at(as_of),
        "promised_delivery_date": order.promised.isoformat(),
        "item_price": order.price.amount,
        "shipping_price": "0.00",
        "currency": order.price.currency,
        "ship_from": order.ship_from,
        "ship_to": order.ship_to,
        "fulfilled_by": order.fulfilled_by,
        "cancelled_at": None if cancelled is None else instant_text(cancelled),
    }


def _submission_fields(submission: Submission) -> dict[str, str]:
    return {
        "submitted_at": instant_text(submission.submitted_at),
        "carrier_code": submission.carrier_code,
        "carrier_name": submission.carrier_name,
        "tracking_number": submission.tracking_number,
        "ship_method": submission.ship_method,
    }
