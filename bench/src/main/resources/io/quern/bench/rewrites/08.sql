-- several scalar subqueries over the same rows
-- rule
-- schema
CREATE TABLE customers (id int PRIMARY KEY, name text NOT NULL);
CREATE TABLE orders (id int PRIMARY KEY, customer_id int NOT NULL, total int NOT NULL, at timestamp NOT NULL);
INSERT INTO customers SELECT g, 'c' || g FROM generate_series(1, 20000) g;
INSERT INTO orders SELECT g, 1 + (g::bigint * 7919) % 20000, g % 1000, '2024-01-01'::timestamp + g * interval '1 second' FROM generate_series(1, 1000000) g;
CREATE INDEX ON orders (customer_id);
-- before
SELECT c.id,
  (SELECT count(*) FROM orders o WHERE o.customer_id = c.id) AS n,
  (SELECT sum(o.total) FROM orders o WHERE o.customer_id = c.id) AS spent,
  (SELECT min(o.at) FROM orders o WHERE o.customer_id = c.id) AS oldest,
  (SELECT max(o.at) FROM orders o WHERE o.customer_id = c.id) AS newest
FROM customers c WHERE c.id <= 5000
-- by hand
SELECT c.id, s.n, s.spent, s.oldest, s.newest FROM customers c
LEFT JOIN LATERAL (SELECT count(*) AS n, sum(o.total) AS spent, min(o.at) AS oldest, max(o.at) AS newest FROM orders o WHERE o.customer_id = c.id) s ON true
WHERE c.id <= 5000
