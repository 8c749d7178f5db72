"""Groups are the same whatever the order of the pairs, and one bridge does not join two people."""

import numpy as np
import pytest

from dancu.linkage.generic.cluster import AGAINST, IN_FAVOUR, average_link, components


def naive_components(rows, pairs):
    label = list(range(rows))
    for _ in range(rows):
        for a, b in pairs:
            label[a] = label[b] = min(label[a], label[b])
    return label


def naive_average(matrix, threshold=0.0):
    groups = [[i] for i in range(len(matrix))]
    while len(groups) > 1:
        best = max(
            ((matrix[np.ix_(a, b)].mean(), -i, -j) for i, a in enumerate(groups) for j, b in enumerate(groups) if i < j)
        )
        if best[0] <= threshold:
            break
        i, j = -best[1], -best[2]
        groups[i] = sorted(groups[i] + groups[j])
        del groups[j]
        groups.sort()
    label = np.zeros(len(matrix), int)
    for group in groups:
        label[group] = min(group)
    return label


@pytest.mark.parametrize("seed", range(5))
def test_components_against_a_naive_oracle(seed):
    draw = np.random.default_rng(seed)
    pairs = draw.integers(0, 60, (45, 2))
    assert components(60, pairs[:, 0], pairs[:, 1]).tolist() == naive_components(60, pairs.tolist())


@pytest.mark.parametrize("seed", range(8))
def test_average_linkage_against_a_naive_oracle(seed):
    """Only some pairs are given; the rest are asked for, and the result is as if all had been known."""
    draw = np.random.default_rng(seed)
    person = draw.integers(0, 6, 24)
    matrix = np.where(person[:, None] == person[None, :], 3.0, -3.0) + draw.normal(0, 2.5, (24, 24))
    matrix = np.clip(np.triu(matrix, 1) + np.triu(matrix, 1).T, AGAINST, IN_FAVOUR)
    left, right = np.triu_indices(24, 1)
    given = matrix[left, right] > -1
    label = average_link(24, left[given], right[given], matrix[left, right][given], lambda a, b: matrix[a, b])
    assert label.tolist() == naive_average(matrix).tolist()


def test_a_single_bridge_does_not_chain_two_people():
    person = np.array([0] * 5 + [1] * 5)
    matrix = np.where(person[:, None] == person[None, :], 10.0, -10.0)
    matrix[4, 5] = matrix[5, 4] = 9.0
    left, right = np.triu_indices(10, 1)
    good = matrix[left, right] > 0
    label = average_link(10, left[good], right[good], matrix[left, right][good], lambda a, b: matrix[a, b])
    assert label.tolist() == [0] * 5 + [5] * 5


def test_nothing_to_join():
    none = np.zeros(0, int)
    assert average_link(3, none, none, np.zeros(0), lambda a, b: a).tolist() == [0, 1, 2]
    assert components(0, none, none).tolist() == []
