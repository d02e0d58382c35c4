"""What a child writes may be anything: it is read as messages or not at all."""

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unionstate.exercises.runner import protocol


@settings(max_examples=100, deadline=None)
@given(st.lists(st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=9) | st.none()), max_size=5))
def test_messages_are_read_back(messages):
    assert protocol.untrusted_messages(b"".join(protocol.pack(one) for one in messages)) == messages


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_garbage_gives_no_message_and_no_error(data):
    assert protocol.untrusted_messages(data) == []
    assert protocol.untrusted_messages(protocol.pack({"a": 1}) + data) == [{"a": 1}]


def test_no_more_messages_are_read_than_there_can_be():
    assert protocol.untrusted_messages(protocol.pack({}) * 100_000, 7) == [{}] * 7


@pytest.mark.parametrize(
    "body",
    [
        b"[1]",
        b"3",
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": 1e999}',
        b'{"a": "\\ud800"}',
        b'{"a": ' + b"9" * 5000 + b"}",
        b'{"a": ' + b"[" * 300 + b"]" * 300 + b"}",
        b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"a": ' + b'{"b":' * 100_000,
        b"\xff",
        b"",
    ],
    ids=lambda body: repr(body[:24]),
)
def test_what_json_allows_and_the_course_does_not(body):
    assert protocol.untrusted_messages(protocol.pack_bytes(body)) == []


def test_a_length_beyond_the_end_gives_nothing():
    assert protocol.untrusted_messages(b"\xff\xff\xff\xff{}") == []


def test_a_reader_learns_that_the_other_end_is_gone():
    ours, theirs = os.pipe()
    os.write(theirs, b"\x00\x00")
    os.close(theirs)
    with pytest.raises(protocol.Broken):
        protocol.read(ours, 100)
    os.close(ours)


def test_a_message_above_the_limit_is_not_read():
    ours, theirs = os.pipe()
    os.write(theirs, protocol.pack({"a": "x" * 100}))
    with pytest.raises(protocol.Broken, match="bytes"):
        protocol.read(ours, 50)
    os.close(ours)
    os.close(theirs)
