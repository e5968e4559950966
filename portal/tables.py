"""Every package's rows, imported so that migrations and checks see the whole schema."""

import accounts.models
import bids.models
import evaluation.models
import foundation.heartbeats
import foundation.mail.outbox
import foundation.upkeep
import notices.models
import oversight.models
import tendering.models
import transparency.models
