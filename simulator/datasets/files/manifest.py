"""The manifest of an existing dataset, read and checked before its files are."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from simulator.errors import MisuseError

MANIFEST, UNFINISHED = "manifest.json", ".unfinished"
SCHEMA_VERSIONS = (1, 2)  # that can be read; both have what carriers need of the tables
_FORMATS, _COMPRESSIONS = ("parquet", "csv", "jsonl"), ("none", "gzip", "zstd")


@dataclass(frozen=True, slots=True)
class TableFile:
    """A table's file, as the manifest describes it."""

    path: Path
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Dataset:
    """A dataset.

    as_of: the instant of its report (UTC).
    format, compression: of its files, as in the manifest.
    tables: by name.
    """

    folder: Path
    as_of: datetime
    shipments: int
    format: str
    compression: str
    tables: Mapping[str, TableFile]


def read_manifest(folder: Path) -> Dataset:
    """The dataset of a folder. Its files exist, and are not read.

    Raises MisuseError for a folder without one, an invalid manifest, and missing files.
    """
    path = folder / MANIFEST
    if not path.is_file():
        unfinished = " (an unfinished one: run the same `vtr generate` again)" if (folder / UNFINISHED).is_dir() else ""
        raise MisuseError(
            f"{folder}: holds no dataset{unfinished}; a dataset is a folder with {MANIFEST}, as `vtr generate` makes it"
        )
    try:
        return _parse(folder, json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        if isinstance(error, MisuseError):
            raise
        raise MisuseError(f"{path}: is no dataset's manifest; make the dataset again") from error


def _parse(folder: Path, manifest: Mapping[str, Any]) -> Dataset:
    version = manifest["schema_version"]
    if version not in SCHEMA_VERSIONS:
        raise MisuseError(
            f"{folder / MANIFEST}: the dataset has schema version {version!r}, and this vtr reads "
            f"{' and '.join(map(str, SCHEMA_VERSIONS))}; "
            "make it again with this vtr, or use the one that made it"
        )
    if manifest["format"] not in _FORMATS or manifest["compression"] not in _COMPRESSIONS:
        raise MisuseError(
            f"{folder / MANIFEST}: format {manifest['format']!r}, compression {manifest['compression']!r}; "
            f"there are {', '.join(_FORMATS)} and {', '.join(_COMPRESSIONS)}"
        )
    tables = {
        name: TableFile(folder / table["file"], int(table["rows"]), table["sha256"])
        for name, table in manifest["tables"].items()
    }
    for name in ("parcels", "scans"):
        if not tables[name].path.is_file():
            raise MisuseError(f"{tables[name].path}: is missing; make the dataset again")
    return Dataset(
        folder,
        datetime.fromisoformat(manifest["as_of"]).astimezone(UTC),
        int(manifest["shipments"]),
        manifest["format"],
        manifest["compression"],
        tables,
    )
