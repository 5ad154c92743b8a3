#!/usr/bin/env node
// Writes EVENTS.md from what the compiler says of the contracts: run it after `forge build`; with --check it only compares.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { ethers } = require("ethers");

const ROOT = path.join(__dirname, "..");
const PAGE = path.join(ROOT, "EVENTS.md");

// What libraries leave without a word.
const LIBRARIES = {
  "AuthorityUpdated(address)": "Another access manager says who may do what.",
  "EIP712DomainChanged()": "Never: the domain is fixed (ERC-5267).",
  "OwnershipTransferStarted(address,address)": "The owner named the next one, who has yet to accept.",
  "OwnershipTransferred(address,address)": "The contract has another owner.",
  "PeerSet(uint32,bytes32)": "LayerZero messages of a chain count from now on where they come from, or go to, this peer; zero closes the chain.",
  "Approval(address,address,uint256)": "ERC-20.",
  "Transfer(address,address,uint256)": "ERC-20.",
};

const HEAD = `# Events

What an indexer reads, contract by contract: \`tools/events.cjs\` writes this page from the contracts' NatSpec, and
\`test/Events.t.sol\` compares it with their ABI. Indexed fields are topics, in order; a struct that is data is ABI-encoded.
Amounts are in the token's smallest unit and times in unix seconds. What fields mean stands at the end, since
many contracts share their events.
`;

function artifacts() {
  const out = path.join(ROOT, "out");
  const files = fs.readdirSync(out, { recursive: true }).filter((file) => file.endsWith(".json"));
  return files.flatMap((file) => {
    const artifact = JSON.parse(fs.readFileSync(path.join(out, file)));
    // The metadata that forge has parsed has lost what is said of events.
    const metadata = JSON.parse(artifact.rawMetadata ?? "null");
    const [source] = Object.keys(metadata?.settings?.compilationTarget ?? {});
    return source ? [{ ...artifact, metadata, source, name: path.basename(file, ".json") }] : [];
  });
}

const typeOf = ({ type, components }) =>
  type.startsWith("tuple") ? `(${components.map(typeOf).join(",")})${type.slice("tuple".length)}` : type;
const signatureOf = ({ name, inputs }) => `${name}(${inputs.map(typeOf).join(",")})`;

function descriptions(all) {
  const found = new Map(Object.entries(LIBRARIES));
  for (const { metadata } of all) {
    for (const [signature, { details }] of Object.entries(metadata.output.devdoc.events ?? {})) {
      if (details && !found.has(signature)) found.set(signature, details);
    }
  }
  for (const { metadata, source } of all) {
    if (!source.startsWith("contracts-evm/src/")) continue;
    for (const [signature, { notice }] of Object.entries(metadata.output.userdoc.events ?? {})) found.set(signature, notice);
  }
  return found;
}

/// What is said of each field, by event.
function parameters(all) {
  const found = new Map();
  for (const { metadata, source } of all) {
    if (!source.startsWith("contracts-evm/src/")) continue;
    for (const [signature, { params }] of Object.entries(metadata.output.devdoc.events ?? {})) found.set(signature, params);
  }
  return found;
}

const fields = (inputs) => inputs.map(({ name }) => `\`${name}\``).join(", ") || "–";

function section({ name, source, abi }, described) {
  const events = abi.filter(({ type }) => type === "event").sort((a, b) => (signatureOf(a) < signatureOf(b) ? -1 : 1));
  if (events.length === 0) return "";
  const rows = events.map((event) => {
    const meaning = described.get(signatureOf(event));
    if (!meaning) throw new Error(`${name}: nothing says what ${signatureOf(event)} means; give it a @notice`);
    const indexed = fields(event.inputs.filter((input) => input.indexed));
    const data = fields(event.inputs.filter((input) => !input.indexed));
    return `| \`${event.name}\` | ${indexed} | ${data} | ${meaning} |`;
  });
  return `\n## ${name}\n\n\`${source.replace("contracts-evm/", "")}\`\n\n| event | indexed | data | when |\n|---|---|---|---|\n${rows.join("\n")}\n`;
}

/// Each event once: how its topic is computed, and what its fields are.
function details(contracts, told) {
  const events = new Map();
  for (const { abi } of contracts) {
    for (const event of abi.filter(({ type }) => type === "event")) events.set(signatureOf(event), event);
  }
  const parts = [...events.keys()].sort().map((signature) => {
    const lines = events.get(signature).inputs.map((input) => {
      const meaning = told.get(signature)?.[input.name];
      return `- \`${input.name}\`, ${typeOf(input)}${input.indexed ? ", indexed" : ""}${meaning ? `: ${meaning}` : ""}`;
    });
    const topic = ethers.utils.keccak256(ethers.utils.toUtf8Bytes(signature));
    return `\n### ${signature}\n\nTopic \`${topic}\`\n\n${lines.join("\n") || "It has no fields."}\n`;
  });
  return `\n## Topics and fields\n${parts.join("")}`;
}

const all = artifacts();
const described = descriptions(all);
const deployed = all.filter(({ source, bytecode }) => source.startsWith("contracts-evm/src/") && bytecode.object !== "0x");
const sections = deployed.sort((a, b) => (a.name < b.name ? -1 : 1)).map((artifact) => section(artifact, described));
const page = HEAD + sections.join("") + details(deployed, parameters(all));
if (!process.argv.includes("--check")) fs.writeFileSync(PAGE, page);
else if (fs.readFileSync(PAGE, "utf8") !== page) {
  console.error("contracts-evm/EVENTS.md is stale: run `node contracts-evm/tools/events.cjs`");
  process.exit(1);
}
