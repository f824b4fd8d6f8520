-- a comparison with ALL
-- rule
-- schema
CREATE TABLE bids (id int PRIMARY KEY, bidder int NOT NULL, amount int NOT NULL);
INSERT INTO bids SELECT g, g % 40, g * 5 FROM generate_series(1, 10000) g;
CREATE INDEX ON bids (amount);
-- before
SELECT id, bidder FROM bids WHERE amount >= ALL (SELECT amount FROM bids)
-- by hand
SELECT id, bidder FROM bids WHERE amount >= (SELECT max(amount) FROM bids) OR NOT EXISTS (SELECT 1 FROM bids)
