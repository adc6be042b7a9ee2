import os
import signal
import sys
import threading

import pytest

from vtr.suite import interrupts

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")


def test_sigterm_is_an_interrupt_once_and_gives_the_status_of_shells() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with interrupts.handle_sigterm() as stop:
        assert stop.status == 130  # of a Ctrl-C
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGTERM)  # a second one changes nothing
        assert stop.status == 143
    assert signal.getsignal(signal.SIGTERM) == before


def test_outside_the_main_thread_no_handler_is_set() -> None:
    before = signal.getsignal(signal.SIGTERM)
    seen = []

    def enter() -> None:
        with interrupts.handle_sigterm():
            seen.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=enter)
    thread.start()
    thread.join()
    assert seen == [before]
