# SPDX-License-Identifier: Apache-2.0
"""The liquidation contracts of a deployment: vault and insurance, then pools and auction house.

The registry names the insurance fund for ever, so vault and fund come before it; everything else
needs the registry. Pools and funds learn of the auction house once it stands.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from eth_hash.auto import keccak

from zkmargin.chain.contract_build import Contracts
from zkmargin.chain.deployer import Deployer
from zkmargin.chain.deployment_config import DeploymentConfig, struct_values
from zkmargin.errors import DeploymentError

LIQUIDATION_CIRCUITS: Final = ("liquidate", "nav")

_AUCTION_ROLE: Final = 2  # of the registry: Role.Auction


def check_manager(config: DeploymentConfig, sender: str) -> None:
    """Raises DeploymentError unless the sender can finish: it tells the pool of the house."""
    sale = config.liquidation
    if sale is not None and int(sale.manager, 16) != int(sender, 16):
        rule = f"must be the sender, {sender}, who names the auction house to the pool"
        raise DeploymentError("liquidation.manager", sale.manager, rule)


def deploy_funds(deployer: Deployer, config: DeploymentConfig, quote: str) -> str | None:
    """Vault and insurance fund; the fund's address, None if the configuration has none."""
    sale = config.liquidation
    if sale is None:
        return None
    governance = config.roles["governance"]
    vault = deployer.contract("Vault", quote, governance, sale.withdrawal_delay)
    return deployer.contract("InsuranceFund", vault, governance, sale.insurance_target)


def deploy_house(deployer: Deployer, contracts: Contracts, config: DeploymentConfig) -> None:
    """Pools and auction house, and their roles; nothing without a section `liquidation`."""
    sale = config.liquidation
    if sale is None:
        return
    names = ("MarginRegistry", "MarketOracle", "Vault", "InsuranceFund")
    registry, oracle, vault, insurance = (deployer.deployment.address(name) for name in names)
    liquidate, nav = (deployer.contract(f"{c.capitalize()}Verifier") for c in LIQUIDATION_CIRCUITS)
    cash_pool = deployer.contract("CashPool", vault, oracle, config.roles["governance"])
    pool = deployer.contract("PoolVault", registry, oracle, vault, nav, sale.manager)
    numbers = contracts["LiquidationAuction"].constructor_inputs[-1]
    house = deployer.contract(
        "LiquidationAuction",
        registry,
        oracle,
        liquidate,
        vault,
        cash_pool,
        insurance,
        pool,
        struct_values("auction", numbers, sale.auction),
    )
    _tell(deployer, config, house)


def _tell(deployer: Deployer, config: DeploymentConfig, house: str) -> None:
    """Lets the house take losses from the funds and act on accounts."""
    vault, insurance, registry, cash_pool, pool = (
        deployer.bind(name).functions
        for name in ("Vault", "InsuranceFund", "MarginRegistry", "CashPool", "PoolVault")
    )
    auction, settlement = keccak(b"AUCTION"), config.roles["settlement"]
    step, role = deployer.step, _AUCTION_ROLE

    def knows(view: Callable[[], Any]) -> Callable[[], bool]:
        return lambda: int(deployer.view(view()), 16) == int(house, 16)

    def holds() -> bool:
        return int(deployer.view(registry.role(role))[0], 16) == int(house, 16)

    step("vault: role of the auction house", lambda: vault.grantRole(auction, house))
    step("vault: settlement", lambda: vault.grantRole(keccak(b"SETTLEMENT"), settlement))
    step("insurance: role of the auction house", lambda: insurance.grantRole(auction, house))
    step("cash pool: house", lambda: cash_pool.setAuction(house), knows(cash_pool.auction))
    step("share pool: house", lambda: pool.setAuction(house), knows(pool.house))
    step("registry: announce the house", lambda: registry.scheduleRole(role, house), holds)
    step("registry: role of the house", lambda: registry.applyRole(role), holds)
