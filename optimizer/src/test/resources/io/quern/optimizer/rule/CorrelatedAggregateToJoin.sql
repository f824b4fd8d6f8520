-- schema
CREATE COLLATION blind (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE EXTENSION citext;
CREATE TABLE tags (k citext, n int);
INSERT INTO tags SELECT CASE g % 2 WHEN 0 THEN 'c1' ELSE 'C1' END, g FROM generate_series(1, 20) g;
CREATE TABLE customers (id int PRIMARY KEY, region int, big bigint, name text, blind text COLLATE blind, f float8);
INSERT INTO customers SELECT i, nullif(i % 5, 0), i % 7, 'c' || i % 4, CASE i % 3 WHEN 0 THEN 'A' WHEN 1 THEN 'a' END, 9007199254740992 FROM generate_series(1, 20) i;
CREATE TABLE orders (id int PRIMARY KEY, customer_id int, big bigint, total int, price numeric(10,2), plain numeric, at timestamp, name text, code varchar(9));
INSERT INTO orders SELECT i, nullif(i % 17, 0), 9007199254740992 + i % 2, nullif(i % 9, 0), i / 4.0, i, timestamp '2024-01-01' + i * interval '1 day', CASE i % 5 WHEN 0 THEN 'A' WHEN 1 THEN 'a' WHEN 2 THEN 'c1' END, 'x' || i FROM generate_series(1, 60) i;
CREATE TABLE visits (id int, day date);
INSERT INTO visits VALUES (1, '2024-01-01'), (999, '5874897-12-31');
CREATE TABLE padded (id int, v varchar(4), c char(4));
INSERT INTO padded VALUES (1, 'a', 'a'), (2, 'a ', 'b');
CREATE TABLE nothing (customer_id int, total int);
-- fires
SELECT c.id, (SELECT sum(o.total) FROM orders o WHERE o.customer_id = c.id) AS spent FROM customers c WHERE c.region < 20
-- becomes
SELECT c.id, grouped.value AS spent FROM customers c LEFT JOIN (SELECT o.customer_id AS key, sum(o.total) AS value FROM orders o GROUP BY o.customer_id) AS grouped ON grouped.key = c.id WHERE c.region < 20
-- fires
-- with int4 15
SELECT id, (SELECT count(*) FROM orders WHERE customer_id = customers.id AND (total > 3 OR total IS NULL)) FROM customers WHERE id < $1 AND id BETWEEN 2 AND 13
-- becomes
SELECT id, COALESCE(grouped.value, 0) AS count FROM customers LEFT JOIN (SELECT orders.customer_id AS key, count(*) AS value FROM orders WHERE ((total > 3 OR total IS NULL)) AND (orders.customer_id < $1) AND (orders.customer_id BETWEEN 2 AND 13) GROUP BY orders.customer_id) AS grouped ON grouped.key = customers.id WHERE id < $1 AND id BETWEEN 2 AND 13
-- fires
-- for q: sum(total) | count(*) | count(total) | count(DISTINCT total) | min(price) | max(at) | avg(price) | sum(price) FILTER (WHERE total > 2) | max(code) | concat(max(o.name), '/', max(code), count(*)) | coalesce(max(total), -1) | CASE WHEN count(*) = 0 THEN 'none' ELSE concat(min(code), 'x') END | bool_and(total > 1)
-- for w: customer_id = c.id | c.region = customer_id | customer_id = c.big | customer_id = c.id AND total > 1 | customer_id = c.id AND total = c.region | o.name = c.name | customer_id = region AND customer_id = c.id | customer_id = c.id AND false
SELECT c.id, (SELECT {q} FROM orders o WHERE {w}) FROM customers c
-- fires
SELECT *, (SELECT count(*) FROM orders o WHERE o.customer_id = c.id) FROM customers c WHERE (SELECT max(o.total) FROM orders o WHERE o.customer_id = c.region) > c.region OR id IN (3, 4)
-- fires
SELECT DISTINCT region, (SELECT count(*) FROM orders o JOIN nothing n USING (total) WHERE o.customer_id = c.region) FROM customers c ORDER BY 1, 2 LIMIT 5
-- fires
SELECT c.id, o.id, (SELECT max(x.at) FROM orders x WHERE x.customer_id = c.region AND x.total = o.total) FROM customers c LEFT JOIN orders o ON o.customer_id = c.id
-- fires
-- for f: customers c, orders o WHERE o.customer_id = c.id | customers c JOIN orders o USING (name) WHERE true | orders o RIGHT JOIN customers c ON c.id = o.customer_id WHERE c.id > 1 | customers c CROSS JOIN orders o WHERE o.id < 4
SELECT o.id, (SELECT count(x.total) FROM orders x WHERE x.customer_id = o.total), (SELECT min(x.total) FROM orders x WHERE x.customer_id = c.id) FROM {f}
-- fires
SELECT count(*), c.region FROM customers c WHERE (SELECT count(*) FROM orders o WHERE o.customer_id = c.id) > 2 GROUP BY c.region
-- fires
SELECT id, value, (SELECT key FROM (VALUES (1)) v (key)), (SELECT count(*) FROM orders grouped WHERE grouped.customer_id = c.id) FROM customers c CROSS JOIN (SELECT 7 AS value) s
-- fires
SELECT id, (SELECT count(*) FROM orders o WHERE o.customer_id = c.id AND EXISTS (SELECT 1 FROM nothing n WHERE n.total = o.total OR o.total > 2)) n FROM customers c
-- refuted cast may-fail
SELECT c.id FROM customers c WHERE (SELECT count(*) FROM orders o WHERE o.big = c.f) > 0
-- refuted cast
SELECT p.id, (SELECT count(*) FROM padded q WHERE q.v = p.c) FROM padded p
-- refuted collation
SELECT c.id, (SELECT count(*) FROM orders o WHERE o.name = c.blind) FROM customers c
-- declines may-fail
-- for q: sum(1 / o.total) | sum(o.plain) | max(o.total + 2000000000)
SELECT c.id, (SELECT {q} FROM orders o WHERE o.customer_id = c.id) FROM customers c
-- refuted may-fail
SELECT c.id, (SELECT count(*) FROM visits v WHERE v.id = c.id AND date_part('month', v.day) = 1) FROM customers c
-- fires
SELECT c.id, (SELECT count(*) FROM visits v WHERE v.id = c.id AND extract(month FROM v.day) = 12) FROM customers c
-- declines! correlation
-- for w: o.customer_id > c.id | o.customer_id = c.id AND o.total < c.region | o.customer_id = c.id + 1 | o.customer_id = c.id OR o.total = 1
SELECT c.id, (SELECT count(*) FROM orders o WHERE {w}) FROM customers c
-- declines! correlation
SELECT c.id, (SELECT max(o.total + c.region) FROM orders o WHERE o.customer_id = c.id) FROM customers c
-- declines! grouped
SELECT c.id, (SELECT count(*) FROM orders o WHERE o.customer_id = c.id) FROM customers c GROUP BY c.id
-- declines! star
SELECT *, (SELECT count(*) FROM orders o WHERE o.customer_id = c.id) FROM customers c JOIN orders p USING (id)
-- declines! from
-- for f: customers c NATURAL JOIN orders p | customers c, orders p
SELECT c.name, (SELECT count(*) FROM orders o WHERE o.customer_id = c.region AND o.total = p.total) FROM {f}
-- ignores
SELECT c.id, (SELECT count(*) FROM orders o) FROM customers c
-- ignores
-- for q: SELECT o.total FROM orders o WHERE o.id = c.id | SELECT count(*) FROM orders o WHERE o.customer_id = c.id GROUP BY o.total LIMIT 1 | SELECT count(*) FROM orders o WHERE o.customer_id = c.id HAVING count(*) > 2 | SELECT count(*) FROM orders o WHERE o.customer_id = c.id LIMIT 0
SELECT c.id, ({q}) FROM customers c
-- refuted cast
SELECT c.id, (SELECT sum(n) FROM tags WHERE tags.k = c.name) FROM customers c
