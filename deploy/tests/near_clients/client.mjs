// near-api-js against one chain: every step asserts, and one JSON line at the end tells what ran.
// Arguments: RPC URL, key file of the paying account, wasm of the test contract.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { Account, JsonRpcProvider, KeyPair, actions } from 'near-api-js';

const [url, keyFile, wasmFile] = process.argv.slice(2);
const NEAR = 10n ** 24n;
const TGAS = 10n ** 12n;
const passed = [];
const step = async (name, run) => {
  try {
    const result = await run();
    passed.push(name);
    return result;
  } catch (error) {
    error.message = `${name}: ${error.message}`;
    throw error;
  }
};
/** Asserts that `run` fails with an error of this class whose message matches. */
const rejects = async (run, className, pattern) => {
  let failure;
  try {
    await run();
  } catch (error) {
    failure = error;
  }
  assert.ok(failure, `no ${className} was thrown`);
  assert.equal(failure.constructor.name, className, failure.stack);
  assert.match(failure.message, pattern);
};

const provider = new JsonRpcProvider({ url });
const key = JSON.parse(fs.readFileSync(keyFile, 'utf8'));
const root = new Account(key.account_id, provider, key.private_key ?? key.secret_key);
const name = `js${Date.now()}.${root.accountId}`;
const pair = KeyPair.fromRandom('ed25519');
const contract = new Account(name, provider, pair.toString());
const call = (account, methodName, options = {}) =>
  account.callFunctionRaw({ contractId: name, methodName, args: new Uint8Array(), gas: 50n * TGAS, ...options });
const text = (status) => Buffer.from(status.SuccessValue, 'base64').toString();

await step('status', async () => {
  const status = await provider.viewNodeStatus();
  assert.ok(status.sync_info.latest_block_height > 0);
});
await step('create account', async () => {
  const outcome = await root.createAccount({ newAccountId: name, publicKey: pair.getPublicKey(), nearToTransfer: 10n * NEAR });
  assert.ok('SuccessValue' in outcome.status, JSON.stringify(outcome.status));
  const account = await provider.viewAccount({ accountId: name });
  assert.equal(BigInt(account.amount), 10n * NEAR);
});
await step('deploy', async () => {
  const outcome = await contract.deployContract(fs.readFileSync(wasmFile));
  assert.ok('SuccessValue' in outcome.status);
});
const set = await step('call', async () => {
  const outcome = await call(root, 'set_greeting', { args: { text: 'hello' }, deposit: 1n });
  assert.equal(text(outcome.status), '');
  return outcome;
});
await step('view', async () => {
  const value = await provider.callFunction({ contractId: name, method: 'get_greeting', args: {} });
  assert.deepEqual(value, { text: 'hello' });
});
await step('read an outcome', async () => {
  const outcome = await provider.viewTransactionStatusWithReceipts({ txHash: set.transaction.hash, accountId: root.accountId });
  const receipt = outcome.receipts_outcome[0];
  assert.deepEqual(receipt.outcome.logs, ['greeting']);
  assert.ok(BigInt(receipt.outcome.gas_burnt) > TGAS / 10n);
  assert.ok(outcome.receipts.length > 0);
});
await step('cross-contract call with callback', async () => {
  const outcome = await call(root, 'both');
  assert.equal(text(outcome.status), '12');
  const failed = outcome.receipts_outcome.filter((receipt) => 'Failure' in receipt.outcome.status);
  assert.equal(failed.length, 1);
});
await step('state and keys', async () => {
  const state = await provider.viewContractState({ contractId: name });
  assert.equal(state.values.length, 1);
  const keys = await provider.viewAccessKeyList({ accountId: name });
  assert.equal(keys.keys.length, 1);
});
await step('function-call key', async () => {
  const limited = KeyPair.fromRandom('ed25519');
  await contract.addFunctionCallAccessKey({ publicKey: limited.getPublicKey(), contractId: name, methodNames: ['ok'], allowance: NEAR });
  const account = new Account(name, provider, limited.toString());
  assert.equal(text((await call(account, 'ok')).status), 'hello');
  await rejects(() => call(account, 'set_greeting'), 'AccessKeyMethodNameMismatchActionError', /set_greeting/);
});
await step('meta transaction', async () => {
  const signed = await contract.createSignedMetaTransaction({ receiverId: root.accountId, actions: [actions.transfer(NEAR / 10n)] });
  const outcome = await root.relayMetaTransaction(signed.signedDelegate ?? signed[1] ?? signed);
  assert.ok('SuccessValue' in outcome.status, JSON.stringify(outcome.status));
});
await step('block and gas price', async () => {
  const block = await provider.viewBlock({ finality: 'final' });
  assert.ok(block.header.height > 0 && block.chunks.length > 0);
  assert.ok(BigInt((await provider.viewGasPrice()).gas_price) > 0n);
});
await step('typed errors', async () => {
  await rejects(() => call(root, 'fail'), 'ContractExecutionError', /out of luck/);
  await rejects(() => call(root, 'nope'), 'ContractMethodNotFoundError', /./);
  await rejects(() => provider.viewAccount({ accountId: `missing.${name}` }), 'AccountDoesNotExistError', /missing/);
  await rejects(() => provider.viewAccessKey({ accountId: root.accountId, publicKey: pair.getPublicKey() }), 'AccessKeyDoesNotExistError', /./);
  await rejects(() => contract.transfer({ receiverId: root.accountId, amount: 100n * NEAR }), 'NotEnoughBalanceError', /./);
});
await step('delete account', async () => {
  const outcome = await contract.deleteAccount(root.accountId);
  assert.ok('SuccessValue' in outcome.status);
  await rejects(() => provider.viewAccount({ accountId: name }), 'AccountDoesNotExistError', /./);
});
console.log(JSON.stringify({ passed }));
