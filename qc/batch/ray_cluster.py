"""Joins a Ray cluster, or makes one of this machine for the time of a run, and tells what it has room for."""

from __future__ import annotations

import logging
import os
import secrets
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Self

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
    is."""

    def __init__(self, settings: Settings) -> None:
        self._address = settings.ray_address
        self._token = settings.ray_token
        self._environment: dict[str, str | None] | None = None

    def join(self) -> None:
        """Raises UsageError for an address that is none, QcError when the cluster is not there or refuses us."""
        import ray
        from ray._private import worker

        if ray.is_initialized():
            return
        self._set_environment()
        worker._worker_logs_enabled = False  # Ray would print its own news between our JSON
        options: dict[str, Any] = {"log_to_driver": False, "logging_level": logging.CRITICAL}
        if self._address is None:
            options |= {"include_dashboard": False, "object_store_memory": OBJECT_STORE}
        else:
            _reach(self._address)
        try:
            with _own_signals():
                ray.init(address=self._address or "local", **options)
        except (ray.exceptions.RayError, RuntimeError, ValueError, OSError) as error:
            reason = (str(error).strip() or type(error).__name__).splitlines()[0]
            if self._address is None:
                raise QcError(f"no Ray cluster could be started on this machine: {reason}") from None
            raise QcError(
                f"the Ray cluster at {self._address} cannot be joined ({reason}): this machine must be one of its "
                "nodes, with the same version of Ray, and the setting ray_token must be the cluster's"
            ) from None

    def leave(self) -> None:
        """End what was begun here; a cluster of this machine alone ends with it."""
        if self._environment is not None:
            import ray

            ray.shutdown()
            for name, value in self._environment.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value
            self._environment = None
            _look_again()

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

    def _set_environment(self) -> None:
        """Only the environment tells Ray its token."""
        wanted = {"RAY_USAGE_STATS_ENABLED": "0"}
        if self._token is not None:
            wanted |= {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": self._token.get_secret_value()}
        elif self._address is None:  # else Ray writes a token into the home folder
            wanted |= {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secrets.token_hex(32)}
        if self._address is None:  # Ray's own 15 would give way to whatever else runs here
            wanted["RAY_worker_niceness"] = "0"
        self._environment = {name: os.environ.get(name) for name in wanted}
        os.environ.update(wanted)
        _look_again()


def _look_again() -> None:
    """Ray reads the environment when it is imported; this is how it reads it once more itself."""
    import ray

    ray._raylet.Config.initialize("")
    ray._raylet.AuthenticationTokenLoader.instance().reset_cache()


@contextmanager
def _own_signals() -> Iterator[None]:
    """Ray takes SIGTERM for itself; a run has its own way to stop."""
    before = signal.getsignal(signal.SIGTERM)
    yield
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, before)


def _reach(address: str) -> None:
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal():
        raise UsageError(f"setting ray_address: {address} is not HOST:PORT")
    try:
        socket.create_connection((host.strip("[]"), int(port)), REACH).close()
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or error
        raise QcError(f"the Ray cluster at {address} cannot be reached: {reason}") from None
