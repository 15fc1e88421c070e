"""The server's half of the dashboard: who asks, for how long, and the one way by which audio leaves.

::

    request ─Door→ Gate.ask ─→ Visitor ──┬─→ pages      (identity.hold, every rerun)
              headers, Host,  login,     └─→ /qc/audio  (links, content, wav; every range)
              429             users file,
                              session
"""
