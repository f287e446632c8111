"""Numbers of the order and of the acts it leans on, each with its paragraph. Nowhere else in the code."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Final

IN_FORCE_FROM: Final = date(2025, 3, 26)
"""Day of the order; the day it came into force is not stated (¶1, 37)."""

MONTHS_BETWEEN_ATTESTATIONS: Final = 6
"""¶4 part 1: not earlier than six months after the previous attestation."""
YEARS_AFTER_RECOMMENDATION: Final = 3
"""¶4 part 1: those already recommended, after three years."""
MONTHS_AFTER_APPOINTMENT: Final = 6
"""¶4 part 2: those appointed on the recommendation, after six months."""
SANCTION_MONTHS: Final = 6
"""¶7 sub-item 2 with the Law, art. 57(17): a sanction lasts six months at most."""
STUDY_YEARS: Final = 3
"""¶8 part 2: studies of the last three years."""
REPORT_WORKING_DAYS: Final = 5
"""¶11 part 1: the report, from publication."""
LIST_TO_OWN_SECURITY_SOFT_DAYS: Final = 1
"""¶11 part 2 sets no term; advised: the next working day after the reports are due."""
OWN_SECURITY_WORKING_DAYS: Final = 3
"""¶11 part 3."""
ADMITTED_LIST_SOFT_DAYS: Final = 1
"""¶12 part 2 sets no term; advised: the next working day after the last answer."""
CHARACTERISTIC_WORKING_DAYS: Final = 5
"""¶13: from receipt of the list of admitted."""
CHARACTERISTIC_MIN_CHARACTERS: Final = 200
"""¶14: shorter items can hardly be grounded; a reading, not a number of the order."""
MATERIALS_WORKING_DAYS: Final = 3
"""¶17: before the sitting."""
SHORTEST_PATH_WORKING_DAYS: Final = 11
"""¶11, 13, 17 added up: reports, own security and notice leave no sitting sooner after publication."""
MEMBERS_AT_LEAST: Final = 5
"""¶18."""
NEW_ORDER_WORKING_DAYS: Final = 3
"""¶18 part 2: a composition re-formed this near to a sitting looks like a substitution; a reading."""
QUORUM: Final = Fraction(2, 3)
"""¶24."""
RECORDING_YEARS: Final = 1
"""¶29."""
PROTOCOL_WORKING_DAYS: Final = 5
"""¶33."""
APPEAL_MONTHS: Final = 1
"""¶34."""
ACQUAINTANCE_WORKING_DAYS: Final = 5
"""¶35 part 2."""
ANALYSIS_YEARS: Final = 3
"""¶37."""
ANALYSIS_WARN_DAYS: Final = 60
"""¶37: when the coming analysis is first spoken of; a reading."""
