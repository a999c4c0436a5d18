# SPDX-License-Identifier: Apache-2.0
"""Publishing epochs, and what a wallet takes from the logs and refuses."""

from __future__ import annotations

from dataclasses import replace

import pytest
from chain.world import FIRST_EPOCH, OWNER, SIGNERS, VENUE, World

from zkmargin.chain.publication import publication_of, sign_publication
from zkmargin.documents.params_document import load_params
from zkmargin.errors import Reverted, SnapshotError
from zkmargin.market_move import moved
from zkmargin.snapshot import Snapshot
from zkmargin.units import BPS

pytestmark = pytest.mark.chain


def second_epoch(world: World, change: int = -300) -> Snapshot:
    index = world.market.header.index * (BPS + change) // BPS
    return moved(world.market, index=index, seconds=60)


def test_a_live_epoch_is_rebuilt_from_logs_alone(world: World) -> None:
    world.next_epoch(-300)

    assert world.feed.snapshot(1) == FIRST_EPOCH
    assert world.feed.snapshot(2) == world.market


def test_the_contract_computes_the_hash_of_the_specification(world: World) -> None:
    assert world.feed.hash(1) == FIRST_EPOCH.hash


def test_an_epoch_that_was_never_published_is_unknown(world: World) -> None:
    with pytest.raises(SnapshotError, match="epoch: got 2, is unknown"):
        world.feed.snapshot(2)


def test_a_snapshot_of_which_the_signers_vouched_for_another_rest_is_refused(world: World) -> None:
    """The one lie that the contract cannot see: numbers that are not those of the data."""
    snapshot = second_epoch(world)
    publication, data = publication_of(snapshot)
    lie = replace(publication, rest=publication.rest + 1)
    deployment = world.system.deployment
    oracle = deployment.address("MarketOracle")
    signatures = sign_publication(lie, deployment.chain_id, oracle, SIGNERS)
    world.system.connection.local_time(snapshot.header.timestamp)
    world.feed.publish(VENUE, lie, data, signatures)

    with pytest.raises(SnapshotError, match=r"epoch 2: hash: got .* the oracle keeps"):
        world.feed.snapshot(2)


@pytest.mark.parametrize(
    "field", ["epoch", "timestamp", "index", "perp_mark", "rest", "params_hash"]
)
def test_a_signer_refuses_a_publication_that_says_something_else_than_its_data(
    world: World, field: str
) -> None:
    publication, data = publication_of(second_epoch(world))
    lie = replace(publication, **{field: getattr(publication, field) + 1})

    with pytest.raises(SnapshotError, match=f"publication {field}"):
        world.feed.sign(lie, data, SIGNERS)


def test_a_signer_refuses_other_data_than_those_hashed(world: World) -> None:
    publication, _ = publication_of(second_epoch(world))
    _, other = publication_of(second_epoch(world, 100))

    with pytest.raises(SnapshotError, match=r"data: got .* the publication has"):
        world.feed.sign(publication, other, SIGNERS)


def test_fewer_signatures_than_the_quorum_are_refused(world: World) -> None:
    with pytest.raises(Reverted, match=r"QuorumNotReached \(given 1, quorum 2\)"):
        world.publish(second_epoch(world), SIGNERS[:1])


def test_a_signature_of_a_stranger_is_refused(world: World) -> None:
    with pytest.raises(Reverted, match="SignerNotAccepted") as caught:
        world.publish(second_epoch(world), (SIGNERS[0], OWNER))
    assert int(caught.value.arguments["recovered"], 16) == int(OWNER.address, 16)


def test_one_signer_is_no_quorum_however_often_it_signs(world: World) -> None:
    with pytest.raises(Reverted, match="SignerNotAccepted"):
        world.publish(second_epoch(world), (SIGNERS[0], SIGNERS[0]))


def test_data_that_were_not_signed_are_refused_by_the_contract(world: World) -> None:
    snapshot = second_epoch(world)
    publication, _ = publication_of(snapshot)
    _, other = publication_of(second_epoch(world, 100))
    signatures = sign_publication(
        publication,
        world.system.deployment.chain_id,
        world.system.deployment.address("MarketOracle"),
        SIGNERS,
    )
    world.system.connection.local_time(snapshot.header.timestamp)

    with pytest.raises(Reverted, match="DataMismatch"):
        world.feed.publish(VENUE, publication, other, signatures)


def test_an_epoch_that_is_not_the_next_one_is_refused_before_it_is_signed(world: World) -> None:
    later = replace(FIRST_EPOCH, header=replace(FIRST_EPOCH.header, epoch=3))

    with pytest.raises(SnapshotError, match="epoch: got 3, must be 2, the next one"):
        world.feed.prepare(later)


def test_params_that_the_oracle_did_not_select_are_refused(world: World) -> None:
    other = moved(
        world.market,
        index=world.market.header.index,
        seconds=60,
        params=load_params("derive_grid"),
    )

    with pytest.raises(SnapshotError, match=r"params: got .* the oracle has selected"):
        world.feed.prepare(other)


def test_a_snapshot_with_a_wrong_derived_number_is_refused(world: World) -> None:
    snapshot = second_epoch(world)
    row = replace(snapshot.rows[0], root_time=snapshot.rows[0].root_time + 1)
    wrong = replace(snapshot, rows=(row, *snapshot.rows[1:]))

    with pytest.raises(SnapshotError, match="root_time"):
        world.feed.prepare(wrong)
