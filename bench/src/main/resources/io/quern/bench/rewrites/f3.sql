-- a deep OFFSET with a late look-up
-- folklore
-- schema
CREATE TABLE customers (id int PRIMARY KEY, name text NOT NULL, email text NOT NULL, region int NOT NULL);
CREATE TABLE orders (id int PRIMARY KEY, customer_id int NOT NULL, total numeric(10,2) NOT NULL, status text NOT NULL, created_at timestamp NOT NULL, note text);
INSERT INTO customers SELECT g, 'n' || g, 'u' || g || '@example.org', g % 50 FROM generate_series(1, 100000) g;
INSERT INTO orders SELECT g, 1 + (g::bigint * 7919) % 100000, (g % 1000) + 0.5, CASE g % 10 WHEN 0 THEN 'new' ELSE 'done' END, '2020-01-01'::timestamp + g * interval '1 minute', CASE WHEN g % 3 = 0 THEN 'note ' || g END FROM generate_series(1, 1000000) g;
CREATE INDEX ON orders (customer_id);
CREATE INDEX ON orders (created_at);
-- before
SELECT id, total, note FROM orders ORDER BY created_at LIMIT 1000 OFFSET 20000
-- by hand
SELECT o.id, o.total, o.note FROM orders o JOIN (SELECT id FROM orders ORDER BY created_at LIMIT 1000 OFFSET 20000) k ON k.id = o.id ORDER BY o.created_at
