-- What a transaction is for: to hand a message to its bridge on the source, or to deliver it on the destination.
ALTER TABLE intents ADD COLUMN kind TEXT NOT NULL DEFAULT 'send' CHECK (kind IN ('send', 'deliver'));

-- The final source block that holds the message.
ALTER TABLE settlements ADD COLUMN sent_block BIGINT;
