"""Tracking numbers for Faker: `fake.add_provider(TrackingNumberProvider)`, then `fake.ups_tracking_number()`.

The numbers use Faker's own random generator, so `Faker.seed` and `seed_instance` repeat them.
"""

from faker.providers import BaseProvider

from simulator import carriers, tracking_numbers


class TrackingNumberProvider(BaseProvider):
    """Valid tracking numbers of each carrier. form: one of the carrier's forms, by default its usual one.

    Every method raises UnknownFormError for a form that the carrier does not have.
    """

    def tracking_number(self, carrier: str = "", form: str = "") -> str:
        """A tracking number of a carrier, by default of a random one. Raises UnknownCarrierError."""
        name = carrier or self.random_element([entry.name for entry in carriers.CARRIERS])
        return tracking_numbers.mint(name, form, random=self.generator.random)

    def ups_tracking_number(self, form: str = "") -> str:
        """A tracking number of UPS."""
        return self.tracking_number("ups", form)

    def usps_tracking_number(self, form: str = "") -> str:
        """A tracking number of USPS."""
        return self.tracking_number("usps", form)

    def fedex_tracking_number(self, form: str = "") -> str:
        """A tracking number of FedEx."""
        return self.tracking_number("fedex", form)

    def dhl_tracking_number(self, form: str = "") -> str:
        """A tracking number of DHL."""
        return self.tracking_number("dhl", form)

    def chinapost_tracking_number(self, form: str = "") -> str:
        """A tracking number of China Post."""
        return self.tracking_number("chinapost", form)
