"""A real Ray cluster on this machine: two nodes, of two cores each by their own account."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest

NODE = {"num_cpus": 2, "object_store_memory": 80 * 1024**2}


@pytest.fixture(scope="module")
def ray_cluster() -> Iterator[Any]:
    """``address`` is what a setting names; ``add_node`` and ``remove_node`` do what they say."""
    os.environ.update(RAY_USAGE_STATS_ENABLED="0", RAY_worker_niceness="0")  # Ray's 15 starves beside other tests
    from ray.cluster_utils import Cluster

    cluster = Cluster(initialize_head=True, head_node_args={**NODE, "include_dashboard": False})
    cluster.add_node(**NODE)
    yield cluster
    cluster.shutdown()
