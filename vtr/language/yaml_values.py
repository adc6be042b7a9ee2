"""Values as scenario files write them, for everything that writes scenarios: the inverse of how `schema` reads them.

In a file, `$box` stands for the number of the parcel `box`, and `$$` at the start of a text for a dollar sign. A row is
named by its parcel, or by its order where the parcel does not decide.
"""

from collections.abc import Iterable, Mapping


def escape_dollar(text: str) -> str:
    """A text that stands for itself: a dollar sign at its start is doubled, or the text would be a name."""
    return f"${text}" if text.startswith("$") else text


def tracking_value(number: str, parcels: Mapping[str, str], first: Iterable[str] = ()) -> str:
    """A tracking number as `$name` of a parcel that has it, else as text; an empty one is always text.

    parcels: the number of each parcel, by name. first: names to prefer, e.g. of the row's own parcel; else the first of
    `parcels` that fits. A name in `first` that is not in `parcels` is passed over.
    """
    if number:
        for name in (*first, *parcels):
            if parcels.get(name) == number:
                return f"${name}"
    return escape_dollar(number)


def sole_parcel(parcel: str | None, carried: Iterable[str | None]) -> str | None:
    """The parcel, if just one package has it, so that it can name the package's row; else None.

    carried: the parcel of every package of the scenario, None for packages without one.
    """
    return parcel if parcel is not None and list(carried).count(parcel) == 1 else None


def row_name(parcel: str | None, carried: Iterable[str | None], order: str, package: int | None) -> dict[str, str]:
    """The keys that name a row: its parcel, if no other package has it, else its order and package.

    parcel, carried: as for `sole_parcel`. order: the order's id as the file writes it (see `escape_dollar`). package:
    its number; None: it is the only one of its order, so the order alone names it.
    """
    name = sole_parcel(parcel, carried)
    if name is not None:
        return {"parcel": name}
    return {"order": order} if package is None else {"order": order, "package": str(package)}
