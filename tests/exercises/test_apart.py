"""Work in a process of its own: what it gives comes back, and what it hangs in does not matter."""

import os
import time

import pytest

from unionstate.exercises import apart

pytestmark = pytest.mark.skipif(not apart.POSSIBLE, reason="a process is only copied on Linux")


def hang():
    return bytes(sum(range(10**15)))  # no signal stops this, as it would a loop in Python


def test_what_the_work_gives_comes_back():
    content = os.urandom(3_000_000)
    assert apart.apart(lambda: content, 20) == content
    assert int(apart.apart(lambda: str(os.getpid()).encode(), 20)) != os.getpid()


def test_work_that_hangs_is_ended_in_time():
    started = time.monotonic()
    with pytest.raises(apart.TimeUp):
        apart.apart(hang, 0.1)
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    "work, said", [(lambda: 1 / 0, "division by zero"), (lambda: os._exit(1), "its process ended")]
)
def test_work_that_fails_says_why(work, said):
    with pytest.raises(RuntimeError, match=said):
        apart.apart(work, 20)
