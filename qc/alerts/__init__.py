"""What must be known in the morning, told to those who must know it: by a webhook, or as mail in a folder.

An alert holds no words that were said and no telephone number: call, agent, item, grade, time, and a link.

::

    night ─alerts_of→ alerts ─post→ outbox ─┬─ webhook: one request an alert, signed, tried again
                                            └─ mail: one .eml a run with all that is new
"""

from qc.alerts.alert import Alert, AlertKind, alerts_of
from qc.alerts.delivery import Account, post
from qc.alerts.outbox import Outbox

__all__ = ["Account", "Alert", "AlertKind", "Outbox", "alerts_of", "post"]
