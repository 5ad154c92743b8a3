use alloy::{
    primitives::{Address, Bytes, U256},
    providers::{DynProvider, ext::AnvilApi},
    sol_types::SolError,
};
use proofrail_deploy::{accounts::Role, devnet::EvmNetwork, rpc::transact};
use proofrail_evm::contracts::{
    DevToken,
    pool::{AssociationPolicy, ShieldedPool, ShieldedPool::ShieldedTransfer},
};

use super::{
    network,
    notes::{Association, Held, Proof, Wallet, terms},
};

const DEPOSIT: u128 = 100_000;
const FEE: u128 = 100;

#[tokio::test]
async fn a_deposit_leaves_the_pool_again_under_real_proofs() {
    let (network, _folder) = network().await;
    let chain = &network.destination_chain;
    let pool = chain.shielded_pool().unwrap();
    let reader = network.destination_reader().unwrap();
    let mut user = User {
        wallet: Wallet::new(ShieldedPool::new(pool, reader)),
        payer: network.destination_provider(Role::Payer).unwrap(),
        stranger: network.destination_provider(Role::Stranger).unwrap(),
        token: chain.token().unwrap(),
    };

    let note = user.deposits(&network).await;
    let rest = user.withdraws_as_a_member(&network, &note).await;
    user.leaves_after_the_delay(&rest).await;
    user.spends_nothing_twice(&note).await;
}

struct User {
    wallet: Wallet,
    payer: DynProvider,
    stranger: DynProvider,
    token: Address,
}

impl User {
    async fn deposits(&mut self, network: &EvmNetwork) -> Held {
        let payer = Role::Payer.address().unwrap();
        let owner = network.destination_provider(Role::Deployer).unwrap();
        let token = DevToken::new(self.token, &owner);
        let mint = token.mint(payer, U256::from(DEPOSIT));
        transact(&owner, "mint", mint.into_transaction_request()).await.unwrap();
        let token = DevToken::new(self.token, &self.payer);
        let approve = token.approve(*self.wallet.pool.address(), U256::from(DEPOSIT));
        transact(&self.payer, "approve", approve.into_transaction_request()).await.unwrap();

        let entering = ShieldedTransfer { depositor: payer, deposit: DEPOSIT, ..terms() };
        let (transfer, proof, note) = self.wallet.prove(entering, None, DEPOSIT).await;
        // Less than was proven is another statement.
        let less = ShieldedTransfer { deposit: DEPOSIT - 1, ..transfer.clone() };
        self.refused::<ShieldedPool::InvalidProof>(&self.payer, &less, proof, Bytes::new()).await;
        self.transact(&self.payer, &transfer, proof, Bytes::new()).await;
        let note = self.wallet.keep(&transfer, note);
        assert_eq!(self.balance(payer).await, 0);
        assert_eq!(self.balance(*self.wallet.pool.address()).await, DEPOSIT);
        self.root_is_ours().await;
        note
    }

    /// At once, under a proof that the provider vouches for, brought by somebody else for a fee.
    async fn withdraws_as_a_member(&mut self, network: &EvmNetwork, note: &Held) -> Held {
        let (recipient, relayer) =
            (Role::Recipient.address().unwrap(), Role::Stranger.address().unwrap());
        let leaving =
            ShieldedTransfer { recipient, withdrawal: 60_000, relayer, fee: FEE, ..terms() };
        let kept = DEPOSIT - 60_000 - FEE;
        let (transfer, proof, rest) = self.wallet.prove(leaving, Some(note), kept).await;
        let context = self.wallet.pool.contextOf(transfer.clone(), U256::ZERO).call().await;
        let context = context.unwrap();

        let set = Association::new();
        let vouched = set.vouch(context);
        // Nobody vouches for anything yet.
        let stranger = &self.stranger;
        let unknown = vouched.clone();
        self.refused::<AssociationPolicy::UnknownAssociationRoot>(
            stranger, &transfer, proof, unknown,
        )
        .await;
        let provider = network.destination_provider(Role::Deployer).unwrap();
        let policy = network.destination_chain.association_policy().unwrap();
        let policy = AssociationPolicy::new(policy, &provider);
        let publish = policy.setAssociationRoot(set.root(), "https://set.example".to_owned());
        transact(&provider, "publish", publish.into_transaction_request()).await.unwrap();
        // A membership that was shown for another withdrawal.
        let other = set.vouch(context ^ U256::from(1));
        self.refused::<AssociationPolicy::NotAssociated>(stranger, &transfer, proof, other).await;

        self.transact(&self.stranger, &transfer, proof, vouched).await;
        assert_eq!(self.balance(recipient).await, 60_000);
        assert_eq!(self.balance(relayer).await, FEE);
        let rest = self.wallet.keep(&transfer, rest);
        self.root_is_ours().await;
        rest
    }

    /// Without anybody's word, after the pool's delay; no note is left.
    async fn leaves_after_the_delay(&mut self, rest: &Held) {
        let recipient = Role::Recipient.address().unwrap();
        let withdrawal = DEPOSIT - 60_000 - FEE;
        let leaving =
            ShieldedTransfer { recipient, withdrawal, delayed: true, closing: true, ..terms() };
        let (transfer, proof, _) = self.wallet.prove(leaving, Some(rest), 0).await;
        self.transact(&self.stranger, &transfer, proof, Bytes::new()).await;
        assert_eq!(self.balance(recipient).await, 60_000);

        let pool = ShieldedPool::new(*self.wallet.pool.address(), &self.stranger);
        let release = pool.release(transfer.nullifiers[0], recipient);
        let early = release.call().await.unwrap_err();
        assert!(early.as_decoded_error::<ShieldedPool::ExitNotReady>().is_some(), "{early}");
        let delay = pool.exitDelay().call().await.unwrap();
        self.stranger.anvil_increase_time(delay).await.unwrap();
        self.stranger.anvil_mine(Some(1), None).await.unwrap();
        transact(&self.stranger, "release", release.into_transaction_request()).await.unwrap();
        assert_eq!(self.balance(recipient).await, DEPOSIT - FEE);
        assert_eq!(self.balance(*pool.address()).await, 0);
        assert_eq!(pool.pooled().call().await.unwrap(), 0);
    }

    async fn spends_nothing_twice(&mut self, note: &Held) {
        let recipient = Role::Recipient.address().unwrap();
        let leaving = ShieldedTransfer { recipient, withdrawal: DEPOSIT, delayed: true, ..terms() };
        let (transfer, proof, _) = self.wallet.prove(leaving, Some(note), 0).await;
        let none = Bytes::new();
        self.refused::<ShieldedPool::NullifierSpent>(&self.stranger, &transfer, proof, none).await;
    }

    async fn transact(
        &self,
        provider: &DynProvider,
        transfer: &ShieldedTransfer,
        proof: Proof,
        policy_data: Bytes,
    ) {
        let pool = ShieldedPool::new(*self.wallet.pool.address(), provider);
        let call = pool.transact(transfer.clone(), proof, policy_data).into_transaction_request();
        transact(provider, "transact", call).await.unwrap();
    }

    /// Refused with this very error.
    async fn refused<E: SolError>(
        &self,
        provider: &DynProvider,
        transfer: &ShieldedTransfer,
        proof: Proof,
        policy_data: Bytes,
    ) {
        let pool = ShieldedPool::new(*self.wallet.pool.address(), provider);
        let sender = if transfer.deposit == 0 { Role::Stranger } else { Role::Payer };
        let call = pool.transact(transfer.clone(), proof, policy_data);
        let error = call.from(sender.address().unwrap()).call().await.unwrap_err();
        assert!(error.as_decoded_error::<E>().is_some(), "not {}: {error}", E::SIGNATURE);
    }

    async fn balance(&self, account: Address) -> u128 {
        let token = DevToken::new(self.token, &self.stranger);
        token.balanceOf(account).call().await.unwrap().to()
    }

    async fn root_is_ours(&self) {
        let root = self.wallet.pool.currentRoot().call().await.unwrap();
        assert_eq!(root, self.wallet.root());
    }
}
