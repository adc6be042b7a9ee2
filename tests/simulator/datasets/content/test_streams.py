"""Random columns: a value depends on its own seed, table, column and row, and on nothing else."""

import numpy as np

from simulator.datasets.content.streams import RandomColumns


def test_a_row_has_its_value_without_the_rows_before_it() -> None:
    whole = RandomColumns(5).bits("orders", "item_price", np.arange(1000))
    assert (RandomColumns(5).bits("orders", "item_price", np.arange(700, 800)) == whole[700:800]).all()


def test_another_seed_table_or_column_gives_other_values() -> None:
    rows = np.arange(100)
    one = RandomColumns(5).bits("orders", "item_price", rows)
    for other in (
        RandomColumns(6).bits("orders", "item_price", rows),
        RandomColumns(5).bits("scans", "item_price", rows),
        RandomColumns(5).bits("orders", "category", rows),
    ):
        assert not (one == other).any()


def test_values_are_spread_evenly_over_their_range_ends_included() -> None:
    values = RandomColumns(5).integers("orders", "category", np.arange(80_000), 3, 10)
    found, counts = np.unique(values, return_counts=True)
    assert found.tolist() == [3, 4, 5, 6, 7, 8, 9, 10]
    assert counts.min() > 9_500
    assert counts.max() < 10_500
