# SPDX-License-Identifier: Apache-2.0
"""A publication on its way: read back as it was written, and its numbers fit the contract's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from zkmargin.documents.publication_document import (
    PublicationDraft,
    dump_draft,
    load_draft,
    write_draft,
)
from zkmargin.errors import SnapshotError
from zkmargin.market_oracle.publication import Publication

TIME, PRICE, WORD = (1 << 40) - 1, (1 << 48) - 1, (1 << 256) - 1
LARGEST = Publication(*[TIME] * 5, PRICE, PRICE, WORD, WORD, b"\xff" * 32)
DRAFT = PublicationDraft(LARGEST, b"\x01data", (b"\x02" * 65,))


def test_a_draft_of_the_largest_numbers_reads_back(tmp_path: Path) -> None:
    write_draft(tmp_path / "draft.json", DRAFT)

    assert load_draft(tmp_path / "draft.json") == DRAFT


@pytest.mark.parametrize("name", Publication.__slots__[:-1])
def test_a_number_that_no_contract_could_hold_is_refused(tmp_path: Path, name: str) -> None:
    document, path = json.loads(json.dumps(dump_draft(DRAFT))), tmp_path / "draft.json"
    document["publication"][name] = str(getattr(LARGEST, name) + 1)
    path.write_text(json.dumps(document))

    with pytest.raises(SnapshotError, match=rf"draft\.json: publication\.{name}: .* below 2\^"):
        load_draft(path)
