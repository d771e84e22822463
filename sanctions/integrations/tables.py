"""Every table of the integrations: importing this module defines them all."""

import sanctions.integrations.delivery_models
import sanctions.integrations.handover.models
import sanctions.integrations.holders.models
import sanctions.integrations.models
import sanctions.integrations.payment.models  # noqa: F401
