-- schema
CREATE COLLATION blind (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE EXTENSION citext;
CREATE TABLE tags (k citext, n int);
INSERT INTO tags SELECT CASE g % 4 WHEN 0 THEN 'A' WHEN 1 THEN 'a' ELSE 'c' || g END, g FROM generate_series(1, 20) g;
CREATE TABLE customers (id int PRIMARY KEY, name text, region int, big bigint, price numeric);
INSERT INTO customers SELECT i, CASE i % 3 WHEN 0 THEN 'A' WHEN 1 THEN 'a' ELSE 'c' || i END, nullif(i % 4, 0), i % 6, i FROM generate_series(1, 20) i;
CREATE TABLE orders (id int PRIMARY KEY, customer_id int, region int, total numeric(10,2), at timestamp, word text COLLATE blind);
INSERT INTO orders SELECT i, nullif(i % 15, 0), nullif(i % 3, 0), i / 4.0, timestamp '2024-01-01' + i % 9 * interval '1 day', CASE i % 4 WHEN 0 THEN 'A' WHEN 1 THEN 'a' END FROM generate_series(1, 60) i;
-- fires
SELECT c.id, s.n FROM customers c JOIN (SELECT customer_id, count(*) AS n FROM orders GROUP BY customer_id) s ON s.customer_id = c.id WHERE c.id BETWEEN 10 AND 20
-- becomes
SELECT c.id, s.n FROM customers c JOIN LATERAL (SELECT customer_id, count(*) AS n FROM orders WHERE orders.customer_id = c.id GROUP BY customer_id) s ON s.customer_id = c.id WHERE c.id BETWEEN 10 AND 20
-- fires
-- for q: count(*) | sum(total) | avg(o.total) | min(at)
-- for g: GROUP BY customer_id | GROUP BY region, customer_id | GROUP BY customer_id, at HAVING count(*) > 1 | GROUP BY 1
-- for j: JOIN | LEFT JOIN | INNER JOIN
SELECT * FROM customers c {j} (SELECT customer_id AS k, {q} FROM orders o WHERE region > 1 OR total > 3 {g}) s ON c.region = k AND c.id > 3
-- fires
-- for c: id | big | region | price
SELECT c.id, s.* FROM customers d, (SELECT customer_id, max(o.total) FROM orders o LEFT JOIN customers c ON c.id = o.region GROUP BY o.customer_id) s, customers c WHERE s.customer_id = d.{c} AND d.id = c.id
-- fires
-- with int4 3
SELECT c.id FROM customers c CROSS JOIN (SELECT DISTINCT customer_id, region FROM orders WHERE total > $1) s WHERE s.customer_id = c.id AND s.region = c.region
-- refuted captured
SELECT c.id, s.n FROM customers c JOIN (SELECT c.customer_id, count(*) AS n FROM orders c GROUP BY c.customer_id) s ON s.customer_id = c.id
-- fires
SELECT c.id, s.* FROM customers c LEFT JOIN (SELECT customer_id, region, count(*) AS n FROM orders GROUP BY GROUPING SETS ((customer_id), (region, customer_id), (region), ())) s ON s.customer_id = c.id
-- fires
SELECT c.id, s.n FROM customers c JOIN (SELECT word, count(*) AS n FROM orders GROUP BY word) s ON s.word = c.name
-- declines may-fail
SELECT c.id, s.n FROM customers c JOIN (SELECT customer_id, sum(1 / region) AS n FROM orders GROUP BY customer_id) s ON s.customer_id = c.id
-- declines! keys
SELECT c.id, s.n FROM customers c JOIN (SELECT o.customer_id, o.id, count(*) AS n FROM orders o GROUP BY o.id) s ON s.customer_id = c.id
-- declines! window
SELECT c.id, s.n FROM customers c JOIN (SELECT customer_id, rank() OVER (ORDER BY count(*)) AS n FROM orders GROUP BY customer_id) s ON s.customer_id = c.id
-- ignores
-- for j: RIGHT JOIN | FULL JOIN
SELECT c.id, s.n FROM customers c {j} (SELECT customer_id, count(*) AS n FROM orders GROUP BY customer_id) s ON s.customer_id = c.id
-- ignores
SELECT c.id, s.n FROM customers c LEFT JOIN (SELECT customer_id, count(*) AS n FROM orders GROUP BY customer_id) s ON true WHERE s.customer_id = c.id OR s.n IS NULL
-- ignores
-- for q: > | <>
SELECT c.id, s.n FROM customers c JOIN (SELECT customer_id, count(*) AS n FROM orders GROUP BY customer_id) s ON s.customer_id {q} c.id
-- ignores
SELECT c.id, s.n FROM customers c JOIN (SELECT customer_id, count(*) AS n FROM orders GROUP BY customer_id ORDER BY customer_id LIMIT 3) s ON s.customer_id = c.id
-- ignores
SELECT c.id, s.n FROM customers c JOIN (SELECT k, sum(n) AS n FROM tags GROUP BY k) s ON s.k = c.name
