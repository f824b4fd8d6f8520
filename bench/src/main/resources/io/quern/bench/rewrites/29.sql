-- the first rows of each group of a filtered parent
-- rule
-- schema
CREATE TABLE customers (id int PRIMARY KEY, name text NOT NULL, email text NOT NULL, region int NOT NULL);
CREATE TABLE orders (id int PRIMARY KEY, customer_id int NOT NULL, total numeric(10,2) NOT NULL, status text NOT NULL, created_at timestamp NOT NULL, note text);
INSERT INTO customers SELECT g, 'n' || g, 'u' || g || '@example.org', g % 50 FROM generate_series(1, 100000) g;
INSERT INTO orders SELECT g, 1 + (g::bigint * 7919) % 100000, (g % 1000) + 0.5, CASE g % 10 WHEN 0 THEN 'new' ELSE 'done' END, '2020-01-01'::timestamp + g * interval '1 minute', CASE WHEN g % 3 = 0 THEN 'note ' || g END FROM generate_series(1, 1000000) g;
CREATE INDEX ON orders (customer_id);
CREATE INDEX ON orders (created_at);
CREATE INDEX ON orders (customer_id, created_at DESC, id);
-- before
SELECT c.id, o.id, o.total FROM customers c JOIN (SELECT id, customer_id, total, row_number() OVER (PARTITION BY customer_id ORDER BY created_at DESC, id) AS k FROM orders) o ON o.customer_id = c.id AND o.k <= 3 WHERE c.region = 7 AND c.id > 96000
-- by hand
SELECT c.id, o.id, o.total FROM customers c JOIN LATERAL (SELECT x.id, x.total FROM orders x WHERE x.customer_id = c.id ORDER BY x.created_at DESC, x.id LIMIT 3) o ON true WHERE c.region = 7 AND c.id > 96000
