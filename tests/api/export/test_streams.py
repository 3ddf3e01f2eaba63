"""Batches, and files in pieces."""

import gc

import pytest

from api.export.streams import PIECE, batches, started, whole


@pytest.mark.parametrize(("count", "sizes"), [(0, []), (1, [1]), (4, [2, 2]), (5, [2, 2, 1])])
def test_batches(count, sizes):
    assert [len(batch) for batch in batches(range(count), 2)] == sizes


@pytest.mark.parametrize("length", [0, 1, PIECE, PIECE + 1])
def test_a_whole_file_comes_in_pieces(length):
    pieces = list(whole(lambda file: file.write(b"x" * length)))
    assert b"".join(pieces) == b"x" * length
    assert all(0 < len(piece) <= PIECE for piece in pieces)


def test_the_file_is_closed_when_nobody_takes_its_pieces():
    files = []
    pieces = whole(lambda file: files.append(file) or file.write(b"x"))
    assert not files[0].closed
    del pieces
    gc.collect()
    assert files[0].closed


def test_the_file_is_closed_when_it_cannot_be_written():
    files = []

    def fail(file):
        files.append(file)
        raise ValueError

    with pytest.raises(ValueError):
        whole(fail)
    assert files[0].closed


def test_the_first_piece_is_made_at_once():
    made = []
    pieces = started(made.append(at) or b"x" for at in range(3))
    assert made == [0]
    assert list(pieces) == [b"x"] * 3
