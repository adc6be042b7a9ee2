"""Which share of shipments has which condition: the usual mix, or one from a YAML file of `condition: rate`."""

import math
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray

from simulator.datasets.content.conditions import CONDITIONS, NAMES
from simulator.errors import MisuseError

USUAL: Mapping[str, float] = {condition.name: condition.rate for condition in CONDITIONS}
_SLACK = 1e-9  # rounding errors of a hundred rates


def read_mix(path: Path) -> dict[str, float]:
    """Read the mix of a file: a rate for every condition, 0 for those it leaves out. Raises MisuseError."""
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise MisuseError(f"mix {path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise MisuseError(f"mix {path}: is not UTF-8; save it as UTF-8") from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = "" if mark is None else f":{mark.line + 1}:{mark.column + 1}"
        raise MisuseError(
            f"mix {path}{place}: no YAML: {error.problem or error.context}; write lines of `condition: rate`"
        ) from None
    except (yaml.YAMLError, ValueError) as error:  # a character that YAML forbids; an invalid date
        raise MisuseError(f"mix {path}: no YAML: {str(error).splitlines()[0]}") from None
    if not isinstance(document, dict) or not document:
        raise MisuseError(f"mix {path}: expected lines of `condition: rate`, as in `label_only: 0.02`")
    mix = dict.fromkeys(NAMES, 0.0)
    for name, rate in document.items():
        if name not in mix:
            near = get_close_matches(str(name), NAMES, n=1)
            hint = f"did you mean {near[0]!r}?" if near else "`vtr generate --list-conditions` lists all"
            raise MisuseError(f"mix {path}: condition {name!r} is unknown; {hint}")
        if isinstance(rate, bool) or not isinstance(rate, int | float) or not 0 <= rate <= 1 or math.isnan(rate):
            raise MisuseError(f"mix {path}: {name}: {rate!r} is no rate; give a number from 0 to 1")
        mix[name] = float(rate)
    if (total := math.fsum(mix.values())) > 1 + _SLACK:
        raise MisuseError(
            f"mix {path}: the rates add up to {total:g}; they may be 1 at most, the rest is as it should be"
        )
    return mix


def cumulative_rates(mix: Mapping[str, float]) -> NDArray[np.float64]:
    """The rates, each added to those before it, in the order of CONDITIONS."""
    return np.array([math.fsum(list(mix.values())[: at + 1]) for at in range(len(mix))])
