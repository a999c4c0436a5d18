# SPDX-License-Identifier: Apache-2.0
"""The steps of a ceremony. Each one adds a directory and its record, or changes nothing.

Times are unix seconds by the clock of whoever takes the step, given by the caller.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from zkmargin.artifacts import COMPILER, load, write_manifest, write_verifying_key
from zkmargin.ceremony import phase2
from zkmargin.ceremony.admission import check_phase_1, final_files
from zkmargin.ceremony.contributions import Contribution, History, read_history
from zkmargin.ceremony.powers import PowersOfTau, check_power, check_published, read_powers
from zkmargin.ceremony.steps import (
    Ceremony,
    first_step,
    next_step,
    open_ceremony,
    write_transcript,
)
from zkmargin.ceremony.transcript import (
    Announcement,
    BeaconRecord,
    CircuitRecord,
    ContributionRecord,
    FinalRecord,
    PowersRecord,
    Step,
    Transcript,
)
from zkmargin.ceremony.transcript_document import checked
from zkmargin.ceremony.verification import check_valid
...
