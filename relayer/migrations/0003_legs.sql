-- Whether the request named its bridge. Such a message takes another only where the payer's policy wants several.
ALTER TABLE settlements ADD COLUMN pinned BIGINT NOT NULL DEFAULT 1 CHECK (pinned IN (0, 1));

-- How many bridges had the message before the one that stands in `bridge`.
ALTER TABLE settlements ADD COLUMN leg BIGINT NOT NULL DEFAULT 0;

-- The bridges that had a message, and may still deliver it, before another was given it too.
CREATE TABLE legs (
    settlement_id TEXT   NOT NULL REFERENCES settlements (id),
    leg           BIGINT NOT NULL,
    bridge        TEXT   NOT NULL,
    message_id    TEXT   NOT NULL,
    sent_at       BIGINT NOT NULL,
    sent_block    BIGINT NOT NULL,
    PRIMARY KEY (settlement_id, leg),
    UNIQUE (settlement_id, bridge)
);

CREATE INDEX settlements_by_bridge ON settlements (bridge, status, updated_at);
