"""From words typed to an exit status: 0 all done, 3 some films could not be read, 2 wrong usage, 1 nothing ran."""

from __future__ import annotations

import argparse
import signal
import threading
from collections.abc import Callable, Iterator

from xraydesk.cli import terminal, verbs
from xraydesk.cli.parser import parser
from xraydesk.errors import Cancelled, UsageError, XRayDeskError

_VERBS: dict[str, Callable[[argparse.Namespace, threading.Event], int]] = {
    "classify": verbs.classify,
    "evaluate": verbs.evaluate,
    "train": verbs.train,
    "models": verbs.models,
    "selftest": verbs.selftest,
}


def main(arguments: list[str]) -> int:
    """Run one verb. Control-C asks it to stop at the next film or batch; a second one insists.

    So do, of `classify`, a system that ends it and a terminal that is closed: it leaves nothing behind.
    """
    terminal.never_fail_at_a_letter()
    options = parser().parse_args(arguments)
    stop = threading.Event()

    def ask_to_stop(*_: object) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    before = {number: signal.signal(number, ask_to_stop) for number in _heeded(options.verb)}
    try:
        return _VERBS[options.verb](options, stop)
    except (Cancelled, KeyboardInterrupt):
        terminal.message("Stopped.")
        return 1
    except UsageError as error:
        terminal.complaint(error)
        return 2
    except XRayDeskError as error:
        terminal.complaint(error)
        return 1
    except BrokenPipeError:  # the reader of our output went away, as `head` does
        return 1
    except (OSError, MemoryError) as error:  # a disk, a share or the memory gave up on us
        terminal.message(f"xraydesk: {_in_words(error)}")
        return 1
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _heeded(verb: str) -> Iterator[int]:
    """A training is left to whoever started it: torchrun ends its processes in a way of its own."""
    yield signal.SIGINT
    for name in ("SIGTERM", "SIGHUP") if verb == "classify" else ():
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:  # nohup has it ignored
            yield number


def _in_words(error: OSError | MemoryError) -> str:
    if isinstance(error, MemoryError):
        return "This computer is out of memory. Close other programs and try again."
    return f"{error.filename or 'The disk'}: {error.strerror or error}."
