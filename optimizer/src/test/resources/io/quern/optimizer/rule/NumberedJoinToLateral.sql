-- schema
CREATE COLLATION blind (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE TABLE customers (id int PRIMARY KEY, name text, region int, big bigint, price numeric);
INSERT INTO customers SELECT i, CASE i % 3 WHEN 0 THEN 'A' WHEN 1 THEN 'a' ELSE 'c' || i END, nullif(i % 4, 0), i % 6, i FROM generate_series(1, 20) i;
CREATE TABLE orders (id int PRIMARY KEY, customer_id int, region int, total numeric(10,2), at timestamp, word text COLLATE blind);
INSERT INTO orders SELECT i, nullif(i % 15, 0), nullif(i % 3, 0), i / 4.0, timestamp '2024-01-01' + i % 9 * interval '1 day', CASE i % 4 WHEN 0 THEN 'A' WHEN 1 THEN 'a' END FROM generate_series(1, 60) i;
CREATE TABLE padded (id int PRIMARY KEY, v varchar(4), c char(4));
INSERT INTO padded VALUES (1, 'a', 'a'), (2, 'a ', 'b'), (3, 'a', 'c');
-- fires
SELECT c.id, o.id, o.total FROM customers c JOIN (SELECT id, customer_id, total, row_number() OVER (PARTITION BY customer_id ORDER BY at DESC, id) AS k FROM orders) o ON o.customer_id = c.id AND o.k <= 3 WHERE c.region = 1 AND c.id < 2000
-- becomes
SELECT c.id, o.id, o.total FROM customers c JOIN LATERAL (SELECT id, customer_id, total, row_number() OVER ( ORDER BY at DESC, id) AS k FROM orders WHERE orders.customer_id = c.id ORDER BY at DESC, id LIMIT GREATEST((3)::pg_catalog.int8, 0)) o ON o.customer_id = c.id AND o.k <= 3 WHERE c.region = 1 AND c.id < 2000
-- same
SELECT c.id, o.id, o.total FROM customers c JOIN (SELECT id, customer_id, total, row_number() OVER (PARTITION BY customer_id ORDER BY at DESC, id) AS k FROM orders) o ON o.customer_id = c.id AND o.k <= 0 WHERE c.region = 2 AND c.id < 2000
-- fires
-- for k: <= 3 | < 2 | = 1 | = 2 | <= -1 | <= NULL::int | < 0 | <= 9223372036854775807 | <= (2)
-- for j: JOIN | LEFT JOIN
SELECT * FROM customers c {j} (SELECT *, row_number() OVER (PARTITION BY customer_id ORDER BY at, id) AS k FROM orders WHERE total > 2 OR region = 1) o ON c.id = o.customer_id AND k {k}
-- fires
-- for v: 2 | 0 | -5 | NULL
-- with int4 {v}
SELECT c.id, o.* FROM customers c, (SELECT o.id, o.region r, o.customer_id, row_number() OVER (PARTITION BY o.region, o.customer_id ORDER BY o.total DESC, o.id) FROM orders o WHERE o.id > 1 OR at IS NULL) o WHERE customer_id = c.big AND r = c.region AND $1 >= row_number
-- refuted captured
SELECT c.id, o.id FROM customers c JOIN (SELECT c.id, c.customer_id, row_number() OVER (PARTITION BY c.customer_id ORDER BY c.at, c.id) AS k FROM orders c) o ON o.customer_id = c.id AND o.k <= 3
-- ignores
SELECT p.id, q.id FROM padded p JOIN (SELECT id, v, row_number() OVER (PARTITION BY v ORDER BY id) AS k FROM padded) q ON q.v = p.c AND q.k <= 1
-- declines undetermined
SELECT c.id, o.region FROM customers c JOIN (SELECT region, customer_id, row_number() OVER (PARTITION BY customer_id ORDER BY at) AS k FROM orders) o ON o.customer_id = c.id AND o.k <= 1
-- declines! order
-- for q: total AS at, row_number() OVER (PARTITION BY customer_id ORDER BY at, id) | total AS at, row_number() OVER (PARTITION BY customer_id ORDER BY id, at DESC NULLS LAST)
SELECT c.id, o.* FROM customers c JOIN (SELECT customer_id, {q} AS k FROM orders) o ON o.customer_id = c.id AND o.k <= 3
-- fires
SELECT c.name, o.* FROM customers c JOIN (SELECT word, row_number() OVER (PARTITION BY word ORDER BY length(word), orders.at DESC NULLS LAST, id) AS k FROM orders) o ON o.word = c.name AND o.k <= 3
-- declines value may-fail
SELECT c.id, o.id FROM customers c JOIN (SELECT id, customer_id, row_number() OVER (PARTITION BY customer_id ORDER BY id) AS k FROM orders) o ON o.customer_id = c.id AND o.k <= (SELECT max(3))
-- declines may-fail
SELECT c.id, o.id FROM customers c JOIN (SELECT id, customer_id, row_number() OVER (PARTITION BY customer_id ORDER BY id) AS k FROM orders WHERE 1 / region = 1) o ON o.customer_id = c.id AND o.k <= 3
-- declines! keys
-- for p: region | customer_id, region | customer_id + 0
SELECT c.id, o.id FROM customers c JOIN (SELECT id, customer_id, region, row_number() OVER (PARTITION BY {p} ORDER BY id) AS k FROM orders) o ON o.customer_id = c.id AND o.k <= 3
-- declines! bound
-- for k: 3.5 | c.region | d.id
SELECT d.id FROM customers d WHERE EXISTS (SELECT 1 FROM customers c JOIN (SELECT id, customer_id, row_number() OVER (PARTITION BY customer_id ORDER BY id) AS k FROM orders) o ON o.customer_id = c.id AND o.k <= {k})
-- declines! window
-- for w: OVER w | OVER (w ORDER BY id) | OVER (PARTITION BY customer_id ORDER BY id ROWS 2 PRECEDING)
SELECT c.id, o.id FROM customers c JOIN (SELECT id, customer_id, row_number() {w} AS k FROM orders WINDOW w AS (PARTITION BY customer_id)) o ON o.customer_id = c.id AND o.k <= 3
-- ignores
-- for q: rank() | dense_rank() | count(*)
SELECT c.id, o.id FROM customers c JOIN (SELECT id, customer_id, {q} OVER (PARTITION BY customer_id ORDER BY at) AS k FROM orders) o ON o.customer_id = c.id AND o.k <= 3
-- ignores
-- for q: > 3 | <> 1 | >= 2
SELECT c.id, o.id FROM customers c JOIN (SELECT id, customer_id, row_number() OVER (PARTITION BY customer_id ORDER BY id) AS k FROM orders) o ON o.customer_id = c.id AND o.k {q}
-- ignores
SELECT c.id, o.id FROM customers c LEFT JOIN (SELECT id, customer_id, row_number() OVER (PARTITION BY customer_id ORDER BY id) AS k FROM orders) o ON o.customer_id = c.id WHERE k <= 3 OR k IS NULL
