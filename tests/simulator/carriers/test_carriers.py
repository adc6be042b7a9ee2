"""The carriers by name and host, and that each has the modules that the package's table lists."""

from importlib import import_module

import pytest

from simulator import carriers
from simulator.errors import UnknownCarrierError

NAMES = [carrier.name for carrier in carriers.CARRIERS]


@pytest.mark.parametrize("name", NAMES)
def test_every_carrier_has_the_same_modules(name: str) -> None:
    package = f"simulator.carriers.{name}"
    carrier = import_module(package).CARRIER
    assert carrier is carriers.by_name(name)
    assert carrier.forms is import_module(f"{package}.numbers").FORMS
    assert carrier.codes is import_module(f"{package}.events").CODES
    assert callable(import_module(f"{package}.events").code_of)
    assert carrier.refusals is import_module(f"{package}.errors").REFUSALS
    assert carrier.client_of is import_module(f"{package}.auth").client_of
    assert import_module(f"{package}.requests").__doc__


@pytest.mark.parametrize("name", NAMES)
def test_every_operation_is_of_a_module_of_its_carrier(name: str) -> None:
    for operation in carriers.by_name(name).operations:
        module = import_module(operation.answer.__module__)
        assert module.__name__.startswith(f"simulator.carriers.{name}.")
        assert operation in module.OPERATIONS


def test_every_host_leads_to_its_carrier() -> None:
    for carrier in carriers.CARRIERS:
        assert {carriers.by_host(host) for host in carrier.hosts} == {carrier}
    assert carriers.by_host("nowhere.example") is None


def test_an_unknown_carrier_is_misuse_that_names_the_nearest() -> None:
    with pytest.raises(UnknownCarrierError, match="carrier 'fedx' is unknown; did you mean 'fedex'"):
        carriers.by_name("fedx")
