//! Payments on two chains that are all made or none, which the chains tell each other over Wormhole.

use std::sync::LazyLock;

use alloy::{
    primitives::{Address, B256, U256, keccak256},
    providers::DynProvider,
};
use proofrail_circuits::{
    circuit,
    eddsa::SecretKey,
    field,
    receipt::{CoordinatorKey, Receipt, ReceiptCircuit},
    registry,
};
use proofrail_deploy::{accounts::Role, wormhole::abi::CoreBridge};
use proofrail_evm::{
    Settlement,
    contracts::{
        DevToken, SettlementHub,
        groups::{
            SettlementGroups,
            SettlementGroups::{Group, Leg, SettlementGroupsInstance},
            WormholeGroupReceiver, WormholeGroupSender,
        },
    },
    settlement::{Proof, market_job, near_contract, source_chain},
};
use proofrail_prover::{key::ProvingKey, setup::setup_dev};

use crate::network::{Chain, Network};

static KEY: LazyLock<ProvingKey> =
    LazyLock::new(|| setup_dev(registry::by_name("receipt").unwrap()).unwrap());

const UNITS: u64 = 250;
const RATE: u128 = 4_000;
const AMOUNT: u128 = UNITS as u128 * RATE;
const FEE_BPS: u16 = 250;
const DAY: u64 = 86_400;
/// Legs by the order of their chains: the destination leads.
const LEAD: u64 = 0;
const OTHER: u64 = 1;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_legs_are_paid_or_none_is() {
    let world = Groups::start().await;
    world.both_are_paid().await;
    world.none_is_paid_where_one_is_missing().await;
}

struct Groups {
    network: Network,
    coordinator: CoordinatorKey,
}

impl Groups {
    async fn start() -> Self {
        let network = Network::start().await;
        let coordinator = CoordinatorKey::new(SecretKey::from_bytes([7; 32]), FEE_BPS).unwrap();
        let world = Self { network, coordinator };
        for chain in [world.lead(), world.other()] {
            world.open_escrow(chain).await;
        }
        world
    }

    const fn lead(&self) -> &Chain {
        &self.network.destination
    }

    const fn other(&self) -> &Chain {
        &self.network.source
    }

    async fn both_are_paid(&self) {
        let secret = keccak256("the first secret");
        let [a, b] = [Address::repeat_byte(0xa1), Address::repeat_byte(0xb1)];
        let group = self.group(secret, [a, b]).await;
        let (lead, other) = (groups(self.lead()), groups(self.other()));
        let id = lead.groupIdOf(group.clone()).call().await.unwrap();
        self.fill(self.lead(), id, LEAD, 1).await;
        self.fill(self.other(), id, OTHER, 2).await;

        self.prepare(self.lead(), &group, LEAD).await;
        self.prepare(self.other(), &group, OTHER).await;
        let commit = lead.commit(group.clone(), secret);
        // The other leg is prepared, and the leading chain has not been told.
        let untold = commit.call().await.unwrap_err();
        assert!(untold.as_decoded_error::<SettlementGroups::NotTold>().is_some(), "{untold}");
        tell(self.other(), self.lead(), id, OTHER).await;
        let follow = other.follow(group.clone(), U256::from(OTHER));
        let early = follow.call().await.unwrap_err();
        assert!(early.as_decoded_error::<SettlementGroups::NotTold>().is_some(), "{early}");
        self.lead().send(Role::Stranger, commit.into_transaction_request()).await;

        tell(self.lead(), self.other(), id, LEAD).await;
        self.other().send(Role::Stranger, follow.into_transaction_request()).await;
        self.pay_out(self.lead(), &group, LEAD).await;
        self.pay_out(self.other(), &group, OTHER).await;
        assert_eq!(balance(self.lead(), a).await, AMOUNT);
        assert_eq!(balance(self.other(), b).await, AMOUNT);
    }

    async fn none_is_paid_where_one_is_missing(&self) {
        let secret = keccak256("the second secret");
        let [a, b] = [Address::repeat_byte(0xa2), Address::repeat_byte(0xb2)];
        let group = self.group(secret, [a, b]).await;
        let (lead, other) = (groups(self.lead()), groups(self.other()));
        let id = lead.groupIdOf(group.clone()).call().await.unwrap();
        self.fill(self.lead(), id, LEAD, 3).await;
        self.prepare(self.lead(), &group, LEAD).await;
        // The other leg's money never comes.
        let prepare = other.prepare(group.clone(), U256::from(OTHER));
        let short = prepare.call().await.unwrap_err();
        assert!(short.as_decoded_error::<SettlementGroups::PocketShort>().is_some(), "{short}");
        let commit = lead.commit(group.clone(), secret).call().await.unwrap_err();
        assert!(commit.as_decoded_error::<SettlementGroups::NotTold>().is_some(), "{commit}");
        let abort = lead.abort(group.clone(), U256::from(LEAD));
        let early = abort.call().await.unwrap_err();
        assert!(early.as_decoded_error::<SettlementGroups::TooEarly>().is_some(), "{early}");

        let before = escrow(self.lead()).await;
        self.lead().wait(DAY + 1).await;
        self.lead().send(Role::Stranger, abort.into_transaction_request()).await;
        self.pay_out(self.lead(), &group, LEAD).await;
        assert_eq!(escrow(self.lead()).await, before + AMOUNT, "it came back");
        assert_eq!(balance(self.lead(), a).await, 0);

        // Too late for everybody.
        self.other().wait(2 * DAY + 1).await;
        let late = prepare.call().await.unwrap_err();
        assert!(late.as_decoded_error::<SettlementGroups::DeadlineOver>().is_some(), "{late}");
        let abort = other.abort(group.clone(), U256::from(OTHER));
        self.other().send(Role::Stranger, abort.into_transaction_request()).await;
        assert_eq!(balance(self.other(), b).await, 0);
    }

    /// One leg on each chain, of which the first leads.
    async fn group(&self, secret: B256, recipients: [Address; 2]) -> Group {
        let leg = |chain: &Chain, recipient| Leg {
            chainId: U256::from(chain.deployed.chain_id),
            groups: chain.deployed.settlement_groups().unwrap(),
            bridge: chain.deployed.wormhole_group_receiver().unwrap(),
            payer: Role::Payer.address().unwrap(),
            recipient,
            token: chain.deployed.token().unwrap(),
            amount: AMOUNT,
        };
        let now = self.lead().now().await.max(self.other().now().await);
        Group {
            secretHash: keccak256(secret),
            deadline: now + DAY,
            grace: DAY,
            legs: vec![leg(self.lead(), recipients[0]), leg(self.other(), recipients[1])],
        }
    }

    /// A job's proof pays a leg's pocket, as it would pay anybody.
    async fn fill(&self, chain: &Chain, group: B256, index: u64, job: u64) {
        let pocket = groups(chain).pocketOf(group, U256::from(index)).call().await.unwrap();
        let (settlement, proof) = self.settlement(chain, pocket, job).await;
        let hub = SettlementHub::new(chain.deployed.hub().unwrap(), &chain.reader);
        let settle = hub.settleWithProof(settlement, proof).into_transaction_request();
        chain.send(Role::Stranger, settle).await;
        assert_eq!(balance(chain, pocket).await, AMOUNT);
    }

    async fn settlement(&self, chain: &Chain, recipient: Address, job: u64) -> (Settlement, Proof) {
        let settlement = Settlement {
            circuitId: B256::from(*circuit::id::<ReceiptCircuit>().as_bytes()),
            sourceChain: source_chain("near:devnet"),
            sourceContract: near_contract("market.near"),
            jobId: market_job(job),
            payer: Role::Payer.address().unwrap(),
            recipient,
            token: chain.deployed.token().unwrap(),
            amount: AMOUNT,
            deadline: chain.now().await + DAY,
            coordinator: self.coordinator_id(),
        };
        let context = settlement.context(chain.deployed.chain_id, chain.deployed.hub().unwrap());
        let context = field::from_be_bytes(&context.to_be_bytes()).unwrap();
        let details = field::keccak_mod_r(b"job details");
        let receipt = Receipt::new(context, details, UNITS, RATE, FEE_BPS).unwrap();
        let signed = serde_json::to_string(&self.coordinator.sign(receipt).unwrap()).unwrap();
        let bytes = KEY.prove_json(&signed).unwrap().proof().to_bytes();
        let proof = std::array::from_fn(|i| U256::from_be_slice(&bytes[32 * i..32 * (i + 1)]));
        (settlement, proof)
    }

    fn coordinator_id(&self) -> B256 {
        B256::from(field::to_be_bytes(&self.coordinator.id()))
    }

    async fn open_escrow(&self, chain: &Chain) {
        let token = DevToken::new(chain.deployed.token().unwrap(), &chain.reader);
        let hub = SettlementHub::new(chain.deployed.hub().unwrap(), &chain.reader);
        let amount = U256::from(10 * AMOUNT);
        let mint = token.mint(Role::Payer.address().unwrap(), amount);
        chain.send(Role::Deployer, mint.into_transaction_request()).await;
        let approve = token.approve(*hub.address(), amount).into_transaction_request();
        chain.send(Role::Payer, approve).await;
        let deposit = hub.deposit(*token.address(), amount).into_transaction_request();
        chain.send(Role::Payer, deposit).await;
        let authorize = hub.authorizeCoordinator(self.coordinator_id(), *token.address(), AMOUNT);
        chain.send(Role::Payer, authorize.into_transaction_request()).await;
    }

    async fn prepare(&self, chain: &Chain, group: &Group, index: u64) {
        let groups = groups(chain);
        let call = groups.prepare(group.clone(), U256::from(index));
        chain.send(Role::Stranger, call.into_transaction_request()).await;
    }

    async fn pay_out(&self, chain: &Chain, group: &Group, index: u64) {
        let groups = groups(chain);
        let call = groups.payOut(group.clone(), U256::from(index));
        chain.send(Role::Stranger, call.into_transaction_request()).await;
    }
}

/// Anybody has `from` say what became of a leg, and brings it to `to`.
async fn tell(from: &Chain, to: &Chain, group: B256, index: u64) {
    let address = from.deployed.wormhole_group_sender().unwrap();
    let sender = WormholeGroupSender::new(address, &from.reader);
    let core = CoreBridge::new(from.deployed.wormhole().unwrap().core_bridge, &from.reader);
    let fee = core.messageFee().call().await.unwrap();
    let send = sender.send(group, U256::from(index)).value(fee);
    let receipt = from.send(Role::Stranger, send.into_transaction_request()).await;
    let sent = receipt.logs().iter().find_map(|log| {
        Some(log.log_decode::<CoreBridge::LogMessagePublished>().ok()?.inner.data.sequence)
    });
    let vaa = from.vaa(address, sent.unwrap()).await;
    let receiver = to.deployed.wormhole_group_receiver().unwrap();
    let receiver = WormholeGroupReceiver::new(receiver, &to.reader);
    let deliver = receiver.executeVAAv1(vaa.into()).into_transaction_request();
    to.send(Role::Stranger, deliver).await;
}

fn groups(chain: &Chain) -> SettlementGroupsInstance<&DynProvider> {
    SettlementGroups::new(chain.deployed.settlement_groups().unwrap(), &chain.reader)
}

async fn balance(chain: &Chain, account: Address) -> u128 {
    let token = DevToken::new(chain.deployed.token().unwrap(), &chain.reader);
    token.balanceOf(account).call().await.unwrap().to()
}

async fn escrow(chain: &Chain) -> u128 {
    let hub = SettlementHub::new(chain.deployed.hub().unwrap(), &chain.reader);
    let payer = Role::Payer.address().unwrap();
    hub.escrowOf(payer, chain.deployed.token().unwrap()).call().await.unwrap().to()
}
