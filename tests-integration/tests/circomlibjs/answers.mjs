// Answers questions with circomlibjs: JSON on standard input, JSON on standard output, numbers in decimal.
import { readFileSync } from "node:fs";
import { buildEddsa, buildPoseidon } from "circomlibjs";

const [poseidon, eddsa] = await Promise.all([buildPoseidon(), buildEddsa()]);
const { F } = poseidon;
const text = (element) => F.toObject(element).toString();
const node = (left, right) => poseidon([left, right]);

function hash({ inputs }) {
  return text(poseidon(inputs.map(BigInt)));
}

function root({ leaves }) {
  let level = leaves.map((leaf) => F.e(BigInt(leaf)));
  while (level.length > 1) {
    level = level.flatMap((left, i) => (i % 2 ? [] : [node(left, level[i + 1])]));
  }
  return text(level[0]);
}

function signature({ secret, message }) {
  const key = Buffer.from(secret, "hex");
  const { R8, S } = eddsa.signPoseidon(key, F.e(BigInt(message)));
  return [...eddsa.prv2pub(key).map(text), ...R8.map(text), S.toString()];
}

// Whether circomlibjs takes a signature of ours.
function verdict({ publicKey, message, r8, s }) {
  const point = (coordinates) => coordinates.map((x) => F.e(BigInt(x)));
  return eddsa.verifyPoseidon(F.e(BigInt(message)), { R8: point(r8), S: BigInt(s) }, point(publicKey));
}

const questions = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(
  JSON.stringify({
    hashes: questions.hashes.map(hash),
    roots: questions.roots.map(root),
    signatures: questions.signatures.map(signature),
    verdicts: questions.verdicts.map(verdict),
  }),
);
