"""The requests of a story: what Amazon knows at the instant of each report, as the validator protocol puts it.

Orders placed by then and submissions sent by then are in a request. What comes later has not happened yet.
"""

from collections.abc import Mapping
from datetime import datetime

from simulator.core.simulation import Simulation
from simulator.parcel import Submission
from vtr.reference.rules.profile_reader import load_profile
from vtr.story.story import Order, Story
from vtr.validators import protocol

Submissions = Mapping[tuple[str, int], tuple[Submission, ...]]
"""What reaches Amazon, by order id and package number, in the order of submission."""


def build_requests(
    story: Story, simulation: Simulation, carriers: Mapping[str, Mapping[str, str]]
) -> list[protocol.Request]:
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
) -> protocol.Request:
    """The request of the validator protocol, version 1, for the report of an instant (aware)."""
    orders = [order for order in story.orders if order.placed <= as_of]
    packages = []
    for order in orders:
        for package in order.packages:
            sent = [each for each in submissions[order.order_id, package.number] if each.submitted_at <= as_of]
            if sent:
                packages.append(
                    protocol.package(
                        order.order_id, package.number, buy_shipping=package.buy_shipping, submissions=sent
                    )
                )
    return protocol.request(
        as_of=as_of,
        profile=story.profile,
        marketplace=load_profile(story.profile).marketplace,
        orders=[_order_at(order, as_of) for order in orders],
        packages=packages,
        carriers=carriers,
    )


def _order_at(order: Order, as_of: datetime) -> protocol.Order:
    """An order as it is known at an instant."""
    return protocol.order(
        order_id=order.order_id,
        placed_at=order.placed,
        category=order.category,
        current_category=order.category_at(as_of),
        promised_delivery_date=order.promised,
        price=order.price,
        ship_from=order.ship_from,
        ship_to=order.ship_to,
        fulfilled_by=order.fulfilled_by,
        cancelled_at=order.cancelled if order.cancelled is not None and order.cancelled <= as_of else None,
    )
