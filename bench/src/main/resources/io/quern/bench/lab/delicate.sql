-- What the planner looks at beyond statistics: heights of indexes, lists of pending entries, ends of
-- columns, the order of texts.
CREATE TABLE accounts (
    id bigint PRIMARY KEY,
    name text NOT NULL,
    code text NOT NULL,
    city text NOT NULL,
    region text NOT NULL,
    note text
);

INSERT INTO accounts
SELECT i, 'n' || i, 'c' || i, 'city' || i % 100, 'region' || i % 100 / 10 * 10 + i % 10,
    CASE WHEN i % 20 = 0 THEN 'note ' || i END
FROM generate_series(1, 100000) i;

CREATE INDEX accounts_name ON accounts (name);
CREATE INDEX accounts_code ON accounts (code text_pattern_ops);
CREATE INDEX accounts_lower ON accounts (lower(name));
CREATE STATISTICS accounts_place (ndistinct, dependencies, mcv) ON city, region FROM accounts;

CREATE TABLE members (
    a bigint NOT NULL REFERENCES accounts,
    b integer NOT NULL,
    during daterange,
    PRIMARY KEY (a, b)
);

INSERT INTO members
SELECT i, b, daterange(DATE '2024-01-01' + (i % 300)::int, DATE '2024-01-01' + (i % 300)::int + b * 3)
FROM generate_series(1, 100000) i, generate_series(1, 3) b;

CREATE TABLE documents (
    id integer PRIMARY KEY,
    tags text[] NOT NULL,
    body text NOT NULL,
    account_id bigint NOT NULL
);

INSERT INTO documents
SELECT i, ARRAY['t' || i % 500, 't' || i % 37, 't' || 500 + i % 1000], 'words of document ' || i,
    1 + i % 5000
FROM generate_series(1, 40000) i;

CREATE INDEX documents_tags ON documents USING gin (tags) WITH (fastupdate = on);
CREATE INDEX documents_account ON documents (account_id);
