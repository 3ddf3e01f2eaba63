"""Putting a store right that was left in the middle of a write.

A write that was cut short has left one of these, and each is settled by finishing what its commit
point decided:

- points of a generation that no head names, because the head was not reached, was replaced or was
  removed: they go;
- points of the generation in force that still carry the mark of a staged one: the mark goes;
- vectors of a model that did not come, or is no longer, in force: they go.
"""

from __future__ import annotations

from corpus.store import points
from corpus.store.core import Core, age_of
from corpus.store.engine import Remove, Unset, Where, scan

GRACE = 3600.0  # seconds for which another process's unfinished generation is left alone


def recover(core: Core, grace: float = GRACE) -> None:
    """Finish or undo what an ended process left unfinished.

    Args:
        core: the opened store; nobody reads or writes it yet.
        grace: on a server, the age in seconds from which a staged generation counts as abandoned;
            a younger one may be another process's, and no reader sees it meanwhile.
    """
    engine = core.engine
    heads = scan(engine, Where(must=(points.HEADS,)), ("live",))
    live = {head.payload["live"] for head in heads}
    staged = engine.facet("generation", Where(must=(points.STAGED,)))
    for generation in engine.facet("generation", Where()):
        if generation in live:
            if generation in staged:
                engine.write(Unset(points.of_generation(generation), ("state",)))
        elif engine.exclusive or generation not in staged or age_of(generation) >= grace:
            engine.write(Remove(points.of_generation(generation)))
    core.clear_discarded()
