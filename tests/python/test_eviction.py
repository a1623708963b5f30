"""Eviction policies in Python: the vectors of the family, request by request and at once, and what they refuse."""

import pytest

pytest.importorskip("streamtwin")
from streamtwin.algorithms import evcache, eviction  # noqa: E402

KEYS = [1, 2, 3, 4, 1, 5, 6, 2, 1, 7, 8, 9, 1, 2, 10, 3, 4, 1, 11, 12, 2, 5, 1, 13, 3, 14, 1, 2, 15, 5]


def test_there_are_ten_and_each_plays_as_it_answers():
    assert len(eviction.policies()) == 10
    for name in eviction.policies():
        cache, other = (eviction.Policy(name, 12, ttl=8) for _ in range(2))
        misses = sum(not cache.request(key, 1 + key % 3, now) for now, key in enumerate(KEYS))
        tally = other.play(KEYS, [1 + key % 3 for key in KEYS])
        assert (tally.requests, tally.misses) == (30, misses) and cache.queues() == other.queues()
        assert cache.used <= cache.size == 12


def test_arc_shows_its_lists():
    arc = eviction.Policy("arc", 5)
    assert "".join("H" if arc.request(key) else "." for key in KEYS) == "....H...H...HH...H..H.H...HH.."
    assert arc.queues() == {"once": [14, 15], "often": [1, 2, 5], "once_ghost": [13, 3], "often_ghost": []}
    assert len(arc) == 5 and 5 in arc and 13 not in arc
    assert arc.erase(5) and not arc.erase(5) and 5 not in arc


def test_a_node_of_evcache_evicts_by_a_policy():
    def left(eviction):
        shard = evcache.Shard(300, eviction)
        for now, key in enumerate([1, 2, 3]):
            shard.set(key, 100, 1, 0, now)
        shard.get(1, 4)
        shard.set(4, 100, 1, 0, 5)
        return [key for key in (1, 2, 3, 4) if shard.get(key, 6)]

    assert left("lru") == [1, 3, 4] and left("fifo") == [2, 3, 4]


@pytest.mark.parametrize("wrong, message", [
    (lambda: eviction.Policy("lrru", 5), "none of lru, fifo"),
    (lambda: eviction.Policy("lru", 0), "size 0 holds nothing"),
    (lambda: eviction.Policy("lru-ttl", 5), "needs a ttl above zero"),
    (lambda: eviction.Policy("clock", 5, clock_bits=40), "a counter of 40 bits"),
    (lambda: eviction.Policy("lru", 5).play([1, 2], sizes=[1]), "as many entries as each other"),
    (lambda: eviction.Policy("lru", 5).request(1, size=0), "at least 1"),
])
def test_what_cannot_be_is_refused(wrong, message):
    with pytest.raises(ValueError, match=message):
        wrong()


def test_an_item_that_is_held_is_not_put_again():
    cache = eviction.Policy("lru", 5)
    assert cache.put(1, 5) and not cache.put(2, 6)
    with pytest.raises(ValueError, match="is held"):
        cache.put(1)
