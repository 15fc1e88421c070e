"""Joins a Ray cluster, or makes one of this machine for the time of a run, and tells what it has room for."""

from __future__ import annotations

import logging
import os
import secrets
import socket
from dataclasses import dataclass
from typing import Self

from qc.config import Settings
from qc.errors import QcError, UsageError

OBJECT_STORE = 200 * 1024**2
"""Bytes of shared memory of a cluster that we start: it holds results, a few hundred kB each, and never waveforms."""

REACH = 10.0
"""Seconds until a cluster that does not answer is given up. Ray itself waits for minutes."""


@dataclass(frozen=True, slots=True)
class Share:
    """What one worker occupies of a node: processor cores and GPUs."""

    cpus: int = 1
    gpus: int = 0

    def __str__(self) -> str:
        return f"{self.cpus} CPUs" + (f" and {self.gpus} GPUs" if self.gpus else "")

    @classmethod
    def of_listener(cls, settings: Settings) -> Self:
        """What a worker that listens occupies: its threads, and a GPU where the recogniser runs on one."""
        return cls(settings.threads, 1 if settings.device.startswith("cuda") else 0)


ONE_CORE = Share()


class Cluster:
    """Membership of the cluster that the settings name; `join` it before use. One that is already joined is used as it
    is. Make it before `ray` is imported, which is when Ray reads from the environment what is set here."""

    def __init__(self, settings: Settings) -> None:
        self._address = settings.ray_address
        self._ours = False
        _set_environment(settings)

    def join(self) -> None:
        """Raises UsageError for an address that is none, QcError when the cluster is not there or refuses us."""
        import ray
        from ray._private import worker

        if ray.is_initialized():
            return
        worker._worker_logs_enabled = False  # Ray would print its own news between our JSON
        options = {"log_to_driver": False, "logging_level": logging.CRITICAL}
        if self._address is None:
            local = {"include_dashboard": False, "object_store_memory": OBJECT_STORE}
            ray.init(address="local", **local, **options)
        else:
            _reach(self._address)
            try:
                ray.init(address=self._address, **options)
            except (ray.exceptions.RayError, RuntimeError, ValueError, OSError) as error:
                reason = (str(error).strip() or type(error).__name__).splitlines()[0]
                raise QcError(
                    f"the Ray cluster at {self._address} cannot be joined ({reason}): this machine must be one of its "
                    "nodes, with the same version of Ray, and the setting ray_token must be the cluster's"
                ) from None
        self._ours = True

    def leave(self) -> None:
        """End what was begun here; a cluster of this machine alone ends with it."""
        if self._ours:
            import ray

            ray.shutdown()
            self._ours = False

    def nodes(self) -> dict[str, dict[str, float]]:
        """Resources of each node that is alive, by its id."""
        import ray

        return {node["NodeID"]: node["Resources"] for node in ray.nodes() if node["Alive"]}

    def room(self, share: Share) -> int:
        """How many workers of that share the nodes have room for, were they free."""
        rooms = (
            min([int(has.get("CPU", 0)) // share.cpus, *([int(has.get("GPU", 0)) // share.gpus] if share.gpus else [])])
            for has in self.nodes().values()
        )
        return sum(rooms)


def _set_environment(settings: Settings) -> None:
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    if settings.ray_token is not None:
        os.environ.update(RAY_AUTH_MODE="token", RAY_AUTH_TOKEN=settings.ray_token.get_secret_value())
    elif settings.ray_address is None:  # else Ray writes a token into the home folder
        os.environ.setdefault("RAY_AUTH_MODE", "token")
        os.environ.setdefault("RAY_AUTH_TOKEN", secrets.token_hex(32))


def _reach(address: str) -> None:
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal():
        raise UsageError(f"setting ray_address: {address} is not HOST:PORT")
    try:
        socket.create_connection((host.strip("[]"), int(port)), REACH).close()
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or error
        raise QcError(f"the Ray cluster at {address} cannot be reached: {reason}") from None
