#!/usr/bin/env node
// Writes test/fixtures/poseidon.json: circomlibjs' own Poseidon contract and what it hashes, to judge ours by.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { buildPoseidon, poseidonContract } = require("circomlibjs");

const ORDER = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;
const EDGES = [0n, 1n, 2n, ORDER - 1n, ORDER - 2n, 1n << 128n, 1n << 253n];

(async () => {
  const poseidon = await buildPoseidon();
  const hash = (left, right) => poseidon.F.toObject(poseidon([left, right]));
  const word = (value) => `0x${value.toString(16).padStart(64, "0")}`;

  const pairs = EDGES.flatMap((left) => EDGES.map((right) => [left, right]));
  const empty = [0n];
  for (let height = 0; height < 24; height++) empty.push(hash(empty[height], empty[height]));
  const fixture = {
    creationCode: poseidonContract.createCode(2),
    vectors: pairs.map(([left, right]) => [left, right, hash(left, right)].map(word)).flat(),
    empty: empty.map(word),
  };
  const file = path.join(__dirname, "../test/fixtures/poseidon.json");
  fs.writeFileSync(file, `${JSON.stringify(fixture, null, 2)}\n`);
})();
