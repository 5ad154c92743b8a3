// Judges proofs with snarkjs, and compiles the Solidity verifier that `snarkjs zkey export solidityverifier` writes
// for their key: JSON on standard input, JSON on standard output.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { groth16 } from "snarkjs";

const require = createRequire(import.meta.url);

function solidity(key) {
  const template = new URL("../templates/verifier_groth16.sol.ejs", `file://${require.resolve("snarkjs")}`);
  return require("ejs").render(readFileSync(template, "utf8"), key);
}

function compile(source, { evmVersion, optimizerRuns }) {
  const settings = {
    evmVersion,
    optimizer: { enabled: true, runs: optimizerRuns },
    metadata: { bytecodeHash: "none", appendCBOR: false },
    outputSelection: { "*": { "*": ["evm.bytecode.object"] } },
  };
  const input = { language: "Solidity", sources: { "Verifier.sol": { content: source } }, settings };
  const output = JSON.parse(require("solc").compile(JSON.stringify(input)));
  const failed = (output.errors ?? []).filter(({ severity }) => severity === "error");
  if (failed.length > 0) throw new Error(failed.map(({ formattedMessage }) => formattedMessage).join("\n"));
  return output.contracts["Verifier.sol"].Groth16Verifier.evm.bytecode.object;
}

const { key, cases, compiler } = JSON.parse(readFileSync(0, "utf8"));
const verdicts = [];
for (const { proof, inputs } of cases) verdicts.push(await groth16.verify(key, inputs, proof));
process.stdout.write(JSON.stringify({ verdicts, verifier: compile(solidity(key), compiler) }));
// snarkjs leaves its worker threads running.
process.exit(0);
