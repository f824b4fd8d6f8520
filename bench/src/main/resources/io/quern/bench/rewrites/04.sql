-- NOT IN over columns that are never NULL
-- rule
-- schema
CREATE TABLE accounts (id int PRIMARY KEY, owner int NOT NULL);
CREATE TABLE closed (account_id int NOT NULL, at timestamp NOT NULL);
INSERT INTO accounts SELECT g, g % 100 FROM generate_series(1, 400) g;
INSERT INTO closed SELECT g * 2, '2024-01-01' FROM generate_series(1, 300000) g;
CREATE INDEX ON closed (account_id);
-- before
SELECT id, owner FROM accounts WHERE id NOT IN (SELECT account_id FROM closed)
-- by hand
SELECT a.id, a.owner FROM accounts a WHERE NOT EXISTS (SELECT 1 FROM closed c WHERE c.account_id = a.id)
