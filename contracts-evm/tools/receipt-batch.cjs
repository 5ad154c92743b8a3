#!/usr/bin/env node
// Writes test/fixtures/receiptBatch.json: 64 receipts that circomlibjs signs under one root, for a settlement of
// test/fixtures/receipts.json's parties, with a proof; and test/fixtures/keys, the points that proofs are forged with.
// Usage: node contracts-evm/tools/receipt-batch.cjs target/debug/proofrail-prover
"use strict";

const { execFileSync } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { buildEddsa, buildPoseidon } = require("circomlibjs");
const { ethers } = require("ethers");

const ORDER = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;
const CIRCUITS = ["receipt", "receipt_batch", "receipt_private", "shielded", "membership"];
const FIXTURES = path.join(__dirname, "../test/fixtures");
const FEE_BPS = 250n;
const JOBS = Array.from({ length: 64 }, (_, i) => 1n + BigInt(i));
const GROUP = 0n;

const { keccak256, toUtf8Bytes, defaultAbiCoder } = ethers.utils;
const digest = (text) => keccak256(toUtf8Bytes(text));
const modulo = (word) => BigInt(word) % ORDER;
const word = (value) => `0x${value.toString(16).padStart(64, "0")}`;
const party = (name) => ethers.utils.getAddress(`0x${digest(`proofrail test ${name}`).slice(26)}`);
const hash = (types, values) => keccak256(defaultAbiCoder.encode(types, values));

const SETTLEMENT =
  "tuple(bytes32 circuitId, bytes32 sourceChain, bytes32 sourceContract, bytes32 jobId, address payer," +
  " address recipient, address token, uint128 amount, uint64 deadline, bytes32 coordinator)";

function contextOf(parties, settlement) {
  const job = BigInt(settlement.jobId);
  const id = hash(
    ["bytes32", "bytes32", "bytes32", "uint256", "address"],
    [digest("proofrail.settlement.v2"), settlement.sourceChain, settlement.sourceContract, job >> 8n, settlement.payer],
  );
  const settlementId = word((BigInt(id) & ~0xffn) | (job & 0xffn));
  const { payer, recipient, token, deadline } = settlement;
  const values = [parties.chainId, parties.hub, settlementId, payer, recipient, token, deadline];
  const types = ["bytes32", "uint256", "address", "bytes32", "address", "address", "address", "uint64"];
  return modulo(hash(types, [digest("proofrail.context.v1"), ...values]));
}

/// A receipt of a job, bound to what would settle it by itself.
function receiptOf(parties, settlement, job) {
  const [units, rate] = [10n + job, 70_000n];
  const amount = units * rate;
  const fee = (amount * FEE_BPS) / 10_000n;
  return {
    context: contextOf(parties, { ...settlement, jobId: word(job) }),
    details: modulo(digest(`job ${job}`)),
    units, rate, amount, prover_reward: amount - fee, coordinator_fee: fee, fee_bps: FEE_BPS,
  };
}

function json(receipt) {
  const { context, details, fee_bps, ...numbers } = receipt;
  const decimal = Object.entries(numbers).map(([name, value]) => [name, value.toString()]);
  return { context: word(context), details: word(details), ...Object.fromEntries(decimal), fee_bps: Number(fee_bps) };
}

(async () => {
  const prover = path.resolve(process.argv[2] ?? "target/debug/proofrail-prover");
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "receipt-batch-"));
  const run = (...args) =>
    execFileSync(prover, ["--allow-insecure-dev", ...args], { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
  for (const circuit of CIRCUITS) {
    run("setup-dev", "--out", folder, circuit);
    run("export", "--vk", `${circuit}.vk`, "--out", path.join(FIXTURES, "keys"), "json");
  }

  const [eddsa, poseidon] = [await buildEddsa(), await buildPoseidon()];
  const field = poseidon.F;
  const sponge = (values) => field.toObject(poseidon(values));
  const secret = ethers.utils.arrayify(digest("proofrail test coordinator"));
  const [x, y] = eddsa.prv2pub(secret).map((value) => field.toObject(value));

  const parties = JSON.parse(fs.readFileSync(path.join(FIXTURES, "receipts.json")));
  const coordinator = sponge([modulo(digest("proofrail.coordinator.v1")), x, y, FEE_BPS]);
  if (word(coordinator) !== parties.coordinator) throw new Error("the coordinator is another than receipts.json's");

  const jobs = JOBS.reduce((bits, job) => bits | (1n << job), 0n);
  const settlement = {
    circuitId: digest("receipt_batch/1(context,root,total,coordinator)"),
    sourceChain: digest("near:devnet"),
    sourceContract: digest("market.near"),
    jobId: hash(["bytes32", "uint248", "uint256"], [digest("proofrail.jobs.v1"), GROUP, jobs]),
    payer: party("payer"),
    recipient: party("recipient"),
    token: party("token"),
    deadline: 4_102_444_800,
    coordinator: word(coordinator),
  };
  const receipts = JOBS.map((job) => receiptOf(parties, settlement, job));
  settlement.amount = receipts.reduce((total, receipt) => total + receipt.amount, 0n);

  const leaf = modulo(digest("proofrail.receipt.v1"));
  let nodes = receipts.map((receipt) => sponge([leaf, ...Object.values(receipt)]));
  while (nodes.length > 1) {
    nodes = Array.from({ length: nodes.length / 2 }, (_, i) => sponge([nodes[2 * i], nodes[2 * i + 1]]));
  }
  const [root] = nodes;
  const context = contextOf(parties, settlement);
  const message = sponge([modulo(digest("proofrail.receipt_batch.v1")), context, root]);
  const signature = eddsa.signPoseidon(secret, field.e(message));
  const [r8x, r8y] = signature.R8.map((value) => word(field.toObject(value)));
  const instance = {
    batch: { context: word(context), receipts: receipts.map(json) },
    coordinator: { x: word(x), y: word(y) },
    signature: { r8x, r8y, s: word(BigInt(signature.S)) },
  };
  const input = path.join(folder, "input.json");
  fs.writeFileSync(input, JSON.stringify(instance));
  run("prove", "receipt_batch", input);
  const { proof, public_inputs: inputs } = JSON.parse(fs.readFileSync(path.join(folder, "receipt_batch.proof.json")));

  const fixture = {
    settlement: defaultAbiCoder.encode([SETTLEMENT], [settlement]),
    group: word(GROUP),
    jobs: word(jobs),
    root: word(root),
    publicInputs: Object.values(inputs),
    proof,
  };
  fs.writeFileSync(path.join(FIXTURES, "receiptBatch.json"), `${JSON.stringify(fixture, null, 2)}\n`);
  fs.rmSync(folder, { recursive: true });
  process.exit(0);
})();
