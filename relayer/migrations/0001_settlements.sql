-- Times are unix milliseconds. Amounts are decimal text: no database's integer holds a uint256.
-- Hashes, addresses and byte strings are "0x" and lower-case hex.

CREATE TABLE settlements (
    id              TEXT    NOT NULL PRIMARY KEY,
    -- keccak256 of the whole request. The signed receipt is private: it is checked at the door and kept nowhere.
    request_hash    TEXT    NOT NULL,
    settlement      TEXT    NOT NULL,
    proof           TEXT    NOT NULL,
    bridge          TEXT    NOT NULL,
    status          TEXT    NOT NULL CHECK (status IN
                        ('accepted', 'prepared', 'submitted', 'sent', 'delivered', 'settled', 'held', 'failed')),
    -- The queue that owns the message.
    stage           TEXT    NOT NULL CHECK (stage IN ('prepare', 'submit', 'confirm', 'done')),
    -- JSON of the typed reason; present exactly while the message is held or has failed.
    reason          TEXT    CHECK ((reason IS NOT NULL) = (status IN ('held', 'failed'))),
    -- Holds in a row without progress: the input of the back-off.
    holds           BIGINT  NOT NULL DEFAULT 0,
    next_attempt_at BIGINT  NOT NULL,
    -- First destination block that can hold our Settled event.
    scan_from       BIGINT,
    -- What the bridge calls the message (LayerZero: the guid), read from the final source transaction.
    message_id      TEXT,
    sent_at         BIGINT,
    settled_tx      TEXT,
    settled_block   BIGINT,
    created_at      BIGINT  NOT NULL,
    updated_at      BIGINT  NOT NULL,
    -- Compare-and-set counter: two workers can never both advance one message.
    version         BIGINT  NOT NULL DEFAULT 0
);

CREATE INDEX settlements_due ON settlements (stage, next_attempt_at);
CREATE INDEX settlements_by_status ON settlements (status, created_at, id);

CREATE TABLE status_history (
    settlement_id TEXT   NOT NULL REFERENCES settlements (id),
    seq           BIGINT NOT NULL,
    status        TEXT   NOT NULL,
    stage         TEXT   NOT NULL,
    reason        TEXT,
    at            BIGINT NOT NULL,
    PRIMARY KEY (settlement_id, seq)
);

CREATE TRIGGER status_history_is_append_only_update BEFORE UPDATE ON status_history
BEGIN SELECT RAISE(ABORT, 'status_history is append-only'); END;
CREATE TRIGGER status_history_is_append_only_delete BEFORE DELETE ON status_history
BEGIN SELECT RAISE(ABORT, 'status_history is append-only'); END;

-- The next nonce never handed out, per signer and chain.
CREATE TABLE nonces (
    chain_id BIGINT NOT NULL,
    signer   TEXT   NOT NULL,
    next     BIGINT NOT NULL,
    PRIMARY KEY (chain_id, signer)
);

-- One intended transaction: written, with its nonce, before anything is signed.
CREATE TABLE intents (
    settlement_id TEXT   NOT NULL REFERENCES settlements (id),
    attempt       BIGINT NOT NULL,
    chain_id      BIGINT NOT NULL,
    signer        TEXT   NOT NULL,
    nonce         BIGINT NOT NULL,
    recipient     TEXT   NOT NULL,
    value         TEXT   NOT NULL,
    data          TEXT   NOT NULL,
    gas_limit     BIGINT NOT NULL,
    max_fee       TEXT   NOT NULL,
    priority_fee  TEXT   NOT NULL,
    -- open: its nonce is ours to fill. executed, reverted, cancelled, superseded: read from the chain at finality.
    outcome       TEXT   NOT NULL DEFAULT 'open' CHECK (outcome IN
                        ('open', 'executed', 'reverted', 'cancelled', 'superseded')),
    created_at    BIGINT NOT NULL,
    closed_at     BIGINT,
    PRIMARY KEY (settlement_id, attempt)
);

-- A message has at most one transaction under way, and a nonce at most one intent.
CREATE UNIQUE INDEX intents_one_open ON intents (settlement_id) WHERE outcome = 'open';
CREATE UNIQUE INDEX intents_one_per_nonce ON intents (chain_id, signer, nonce) WHERE outcome <> 'superseded';

-- Every signed form of an intent (the first, its fee bumps, its cancellation): written before it is broadcast.
CREATE TABLE signed_transactions (
    hash          TEXT   NOT NULL PRIMARY KEY,
    settlement_id TEXT   NOT NULL,
    attempt       BIGINT NOT NULL,
    form          BIGINT NOT NULL,
    purpose       TEXT   NOT NULL CHECK (purpose IN ('payload', 'cancel')),
    raw           TEXT   NOT NULL,
    max_fee       TEXT   NOT NULL,
    priority_fee  TEXT   NOT NULL,
    created_at    BIGINT NOT NULL,
    FOREIGN KEY (settlement_id, attempt) REFERENCES intents (settlement_id, attempt),
    UNIQUE (settlement_id, attempt, form)
);
