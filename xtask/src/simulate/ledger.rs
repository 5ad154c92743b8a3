//! The books of the simulated economy: money moves between purses and is never made.

use super::strategies::Group;
use crate::error::{Error, Result};
use proofrail_near_interface::NearToken;

/// Whose money it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purse {
    /// Clients outside of the market.
    Clients,
    /// Who sells provers their electricity and machines.
    Suppliers,
    /// Fees of open jobs.
    Escrow,
    /// The treasury.
    Treasury,
    /// Set aside for bonuses.
    BonusReserve,
    /// The insurance pool.
    Insurance,
    /// An actor's own money.
    Wallet(usize),
    /// The stake of a seat.
    Stake(usize),
}

/// Why money moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Shares of fees earned.
    Fees,
    /// Volume and uptime bonuses.
    Bonuses,
    /// Taken from stake.
    Slashed,
    /// Rewards for reporting a fault.
    Reporting,
    /// Rewards for serving what another missed.
    NextProver,
    /// Paid by the insurance pool.
    Insurance,
    /// Paid for jobs of one's own, less refunds.
    Client,
    /// Costs of proving.
    Proving,
    /// Between two purses of one owner, or of none.
    Internal,
}

impl Kind {
    /// The kinds that make or lose an actor money, with the names of their columns.
    pub(crate) const COLUMNS: [(Self, &'static str); 8] = [
        (Self::Fees, "fees"),
        (Self::Bonuses, "bonuses"),
        (Self::Slashed, "slashed"),
        (Self::Reporting, "reporting"),
        (Self::NextProver, "next prover"),
        (Self::Insurance, "insurance"),
        (Self::Client, "as client"),
        (Self::Proving, "proving"),
    ];
    const COUNT: usize = 9;
}

/// What an actor gained and lost, by kind, in yoctoNEAR.
pub(crate) type Tally = [i128; Kind::COUNT];

/// All purses.
#[derive(Debug)]
pub(crate) struct Ledger {
    fixed: [NearToken; 6],
    wallets: Vec<NearToken>,
    stakes: Vec<NearToken>,
    /// The actor of each seat.
    owners: Vec<usize>,
    tallies: Vec<Tally>,
    total: NearToken,
}

impl Ledger {
    /// Opens the books: every actor has its stake, and as much again in its wallet.
    pub(crate) fn new(clients: NearToken, actors: &[Group]) -> Result<Self> {
        let mut ledger = Self {
            fixed: [NearToken::ZERO; 6],
            wallets: Vec::new(),
            stakes: Vec::new(),
            owners: Vec::new(),
            tallies: vec![[0; Kind::COUNT]; actors.len()],
            total: NearToken::ZERO,
        };
        *ledger.purse(Purse::Clients)? = clients;
        for (actor, group) in actors.iter().enumerate() {
            ledger.wallets.push(NearToken::from_near(group.stake_near.into()));
            for _ in 0..group.seats {
                ledger.stakes.push(group.seat_stake());
                ledger.owners.push(actor);
            }
        }
        ledger.total = ledger.sum()?;
        Ok(ledger)
    }

    /// Moves money, and books it on whoever owns the two purses.
    pub(crate) fn transfer(
        &mut self,
        from: Purse,
        to: Purse,
        amount: NearToken,
        kind: Kind,
    ) -> Result<()> {
        let source = self.purse(from)?;
        let rest = source.checked_sub(amount).ok_or_else(|| {
            Error::Books(format!("{from:?} holds {source} and cannot pay {amount} for {kind:?}"))
        })?;
        *source = rest;
        let target = self.purse(to)?;
        *target = target.checked_add(amount).ok_or_else(overflow)?;
        self.book(from, to, amount, kind)
    }

    /// What a purse holds.
    pub(crate) fn balance(&self, purse: Purse) -> NearToken {
        let found = match purse {
            Purse::Wallet(actor) => self.wallets.get(actor),
            Purse::Stake(seat) => self.stakes.get(seat),
            fixed => fixed_index(fixed).and_then(|index| self.fixed.get(index)),
        };
        found.copied().unwrap_or(NearToken::ZERO)
    }

    /// What an actor gained and lost.
    pub(crate) fn tally(&self, actor: usize) -> &Tally {
        &self.tallies[actor]
    }

    /// Fails unless there is as much money as in the beginning.
    pub(crate) fn check(&self) -> Result<()> {
        let sum = self.sum()?;
        if sum == self.total {
            return Ok(());
        }
        Err(Error::Books(format!("all purses hold {sum}, in the beginning it was {}", self.total)))
    }

    fn sum(&self) -> Result<NearToken> {
        let purses = self.fixed.iter().chain(&self.wallets).chain(&self.stakes);
        purses.copied().try_fold(NearToken::ZERO, NearToken::checked_add).ok_or_else(overflow)
    }

    fn book(&mut self, from: Purse, to: Purse, amount: NearToken, kind: Kind) -> Result<()> {
        let (payer, payee) = (self.owner(from), self.owner(to));
        if payer == payee {
            return Ok(());
        }
        let amount = i128::try_from(amount.as_yoctonear()).map_err(|_| overflow())?;
        if let Some(actor) = payer {
            self.tallies[actor][kind as usize] -= amount;
        }
        if let Some(actor) = payee {
            self.tallies[actor][kind as usize] += amount;
        }
        Ok(())
    }

    fn owner(&self, purse: Purse) -> Option<usize> {
        match purse {
            Purse::Wallet(actor) => Some(actor),
            Purse::Stake(seat) => self.owners.get(seat).copied(),
            _ => None,
        }
    }

    fn purse(&mut self, purse: Purse) -> Result<&mut NearToken> {
        let found = match purse {
            Purse::Wallet(actor) => self.wallets.get_mut(actor),
            Purse::Stake(seat) => self.stakes.get_mut(seat),
            fixed => fixed_index(fixed).and_then(|index| self.fixed.get_mut(index)),
        };
        found.ok_or_else(|| Error::Books(format!("there is no {purse:?}")))
    }
}

const fn fixed_index(purse: Purse) -> Option<usize> {
    match purse {
        Purse::Clients => Some(0),
        Purse::Suppliers => Some(1),
        Purse::Escrow => Some(2),
        Purse::Treasury => Some(3),
        Purse::BonusReserve => Some(4),
        Purse::Insurance => Some(5),
        Purse::Wallet(_) | Purse::Stake(_) => None,
    }
}

fn overflow() -> Error {
    Error::Books("an amount is larger than all money".to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::strategies::Strategy;
    use super::*;

    fn ledger() -> Ledger {
        let group = Group { strategy: Strategy::Sybil, stake_near: 20, seats: 2 };
        Ledger::new(NearToken::from_near(100), &[group, group]).unwrap()
    }

    #[test]
    fn transfer_should_book_both_sides_and_make_no_money() {
        let (mut ledger, near) = (ledger(), NearToken::from_near);
        ledger.transfer(Purse::Clients, Purse::Wallet(1), near(7), Kind::Fees).unwrap();
        ledger.transfer(Purse::Stake(3), Purse::Wallet(0), near(2), Kind::Slashed).unwrap();
        ledger.transfer(Purse::Wallet(1), Purse::Stake(3), near(2), Kind::Internal).unwrap();
        let one = near(1).as_yoctonear() as i128;
        let of = |actor: usize| {
            (
                ledger.tally(actor)[Kind::Fees as usize] / one,
                ledger.tally(actor).iter().sum::<i128>() / one,
            )
        };
        assert_eq!((of(0), of(1)), ((0, 2), (7, 5)));
        assert_eq!(ledger.balance(Purse::Stake(3)), near(10));
        ledger.check().unwrap();
        ledger.fixed[3] = near(1);
        assert!(ledger.check().unwrap_err().to_string().contains("all purses hold"));
    }

    #[test]
    fn transfer_should_refuse_what_a_purse_does_not_hold() {
        let mut ledger = ledger();
        let more = NearToken::from_near(11);
        let error = ledger.transfer(Purse::Stake(0), Purse::Insurance, more, Kind::Slashed);
        assert!(matches!(error, Err(Error::Books(text)) if text.contains("Stake(0)")));
        ledger.check().unwrap();
    }
}
