"""The weights of the components in force: those of the last finished run."""

import threading
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from cities import directory
from cities.directory import Directory
from partnerships.matching.components import COMPONENTS
from partnerships.matching.scoring import weight_vector
from partnerships.models import MatchRun

Weights = npt.NDArray[np.float64]

_lock = threading.Lock()
_known: tuple[Directory, Mapping[str, float]] | None = None


def given_weights() -> Mapping[str, float]:
    """Weights by component as an administrator gave them for the last finished run; empty: the defaults.

    Kept until the data change: a run that finishes counts as a change.
    """
    global _known
    source = directory.current()
    with _lock:
        if _known is None or _known[0] is not source:
            run = MatchRun.objects.filter(state=MatchRun.State.DONE).first()
            _known = source, run.weights if run else {}
        return _known[1]


def current_weights() -> Weights:
    """The weights in force, in the order of COMPONENTS, summing to 1."""
    return vector_of(given_weights())


def vector_of(given: Mapping[str, float]) -> Weights:
    """Weights in the order of COMPONENTS. A component that is no more is passed over.

    Raises ValueError for weights that cannot be used, see `weight_vector`.
    """
    codes = {component.code for component in COMPONENTS}
    return weight_vector({code: weight for code, weight in given.items() if code in codes})


def default_weights() -> dict[str, float]:
    """The default weights by component."""
    return {component.code: component.weight for component in COMPONENTS}
