"""Lines of Amazon's flat file, files of them, and what reading them gives."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from vtr.reference.errors import InputError
from vtr.reference.records import Confirmations, Upload, read_confirmations

# Typed from public writers of the file.
TEMPLATE = "TemplateType=OrderFulfillment\tVersion=2011.1102\tThis row is for Amazon.com use only\t\t\t\t\t"
LABELS = "注文番号\t注文商品番号\t出荷数\t出荷日\t配送業者コード\t配送業者名\tお問い合わせ伝票番号\t配送方法\t代金引換"
KEYS = "order-id\torder-item-id\tquantity\tship-date\tcarrier-code\tcarrier-name\ttracking-number\tship-method"
ORDER = "114-3941689-8772232"
MARCH_5 = datetime(2026, 3, 5, 9, tzinfo=UTC)
MARCH_6 = datetime(2026, 3, 6, 9, tzinfo=UTC)


def line(  # noqa: PLR0917 (the columns from left to right)
    item: str = "",
    number: str = "1Z999AA10123456784",
    code: str = "UPS",
    name: str = "",
    method: str = "Ground",
    shipped: str = "2026-03-05",
    order: str = ORDER,
) -> str:
    return f"{order}\t{item}\t1\t{shipped}\t{code}\t{name}\t{number}\t{method}"


def feed(folder: Path, *lines: str, name: str = "feed.txt", at: datetime | None = MARCH_5) -> Upload:
    path = folder / name
    path.write_bytes(("\n".join(lines) + "\n").encode())
    return Upload(path, at)


def read(*uploads: Upload) -> Confirmations:
    return read_confirmations(uploads)


def refusal(*uploads: Upload) -> str:
    with pytest.raises(InputError) as caught:
        read_confirmations(uploads)
    return str(caught.value)


def packages_of(confirmed: Confirmations) -> list[tuple[int, int, str, str]]:
    return [(each.package, each.seq, each.carrier_code, each.tracking_number) for each in confirmed.submissions]
