"""The demo session of a dataset: its parcels, read one by one, at the instant of its report.

They are read from a file in the dataset's folder, whose name starts with a dot. The first start makes it. It holds what
it was made of, and is made again when that has changed.
"""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from simulator.carriers.common.credentials import Credentials
from simulator.clock import Clock
from simulator.core.sessions import DEMO
from simulator.core.simulation import Simulation
from simulator.datasets.files import manifest
from simulator.datasets.files.manifest import Dataset
from simulator.datasets.served import parcel_index
from simulator.datasets.served.parcel_index import ParcelIndex

INDEX = ".parcels.index"


@contextmanager
def open_dataset(folder: Path, say: Callable[[str], None]) -> Iterator[tuple[Dataset, ParcelIndex]]:
    """A dataset and its parcels, while the block lasts. say: called with words before what takes seconds.

    Raises MisuseError where there is no dataset, or a damaged one.
    """
    dataset = manifest.read_manifest(folder)
    with closing(_index(dataset, say)) as index:
        yield dataset, index


def make_simulation(dataset: Dataset, index: ParcelIndex) -> Simulation:
    """A new simulation of all its parcels; its credentials are `demo`, its clock shows the instant of the report."""
    return Simulation(credentials=Credentials.of(DEMO), clock=Clock(dataset.as_of), stored=index)


def _index(dataset: Dataset, say: Callable[[str], None]) -> ParcelIndex:
    path, source = dataset.folder / INDEX, _source(dataset)
    try:
        found = parcel_index.read(path)
    except parcel_index.UnreadableError:
        pass
    else:
        if found.source == source:
            return found
        found.close()
    from simulator.datasets.served import build_index  # noqa: PLC0415 (Arrow and NumPy, which a later start needs not)

    say(f"Reading the {dataset.tables['parcels'].rows:,} parcels of {dataset.folder}; the next start is quicker.")
    return build_index.make(dataset, source, path)


def _source(dataset: Dataset) -> dict[str, Any]:
    """What the file depends on. Sizes and times show a change, so that a start need not read all of the tables."""
    source = {}
    for name in ("parcels", "scans"):
        table = dataset.tables[name]
        state = table.path.stat()
        source[name] = {"sha256": table.sha256, "size": state.st_size, "changed": state.st_mtime_ns}
    return source
