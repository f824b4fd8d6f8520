-- schema
CREATE COLLATION loose (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE TABLE orders (id int PRIMARY KEY, n int, kind text);
INSERT INTO orders SELECT g, g % 4, 'r' || g % 6 FROM generate_series(1, 30) g;
CREATE TABLE refunds (order_id int NOT NULL, reason text, amount numeric(8,2), short varchar(4), fixed char(4), at timestamp, same text COLLATE loose, cc text COLLATE "und-x-icu", n int);
INSERT INTO refunds SELECT g * 2, CASE WHEN g % 3 > 0 THEN 'r' || g % 5 END, nullif(g % 4, 0), CASE g % 3 WHEN 0 THEN '' WHEN 1 THEN 'r1' END, CASE g % 3 WHEN 0 THEN '' WHEN 1 THEN 'r1' END, timestamp '2024-01-01', 'R' || g, CASE g % 2 WHEN 0 THEN 'B' END, g % 3 FROM generate_series(1, 12) g;
CREATE INDEX ON refunds (reason);
-- fires
SELECT o.id FROM orders o LEFT JOIN refunds r ON r.order_id = o.id WHERE coalesce(r.reason, '') = 'r2'
-- becomes
SELECT o.id FROM orders o LEFT JOIN refunds r ON r.order_id = o.id WHERE (r.reason = 'r2' OR r.reason IS NULL AND ('')::pg_catalog.text = ('r2')::pg_catalog.text)
-- same
SELECT o.id FROM orders o LEFT JOIN refunds r ON r.order_id = o.id WHERE coalesce(r.reason, 'none') = 'none'
-- same
SELECT o.id FROM orders o LEFT JOIN refunds r ON r.order_id = o.id WHERE coalesce(r.reason, '') = ''
-- fires
-- for c: reason | short | fixed
-- for v: | r1 | r1  | NULL
-- with text {v}
SELECT o.id FROM orders o LEFT JOIN refunds r ON r.order_id = o.id WHERE coalesce(r.{c}, '') = $1
-- fires
-- for c: reason | short | fixed | cc
-- for d: | r1 |
-- for v: | r1 | |r2
SELECT o.id FROM orders o LEFT JOIN refunds r ON r.order_id = o.id WHERE coalesce(r.{c}, '{d}') = '{v}'
-- fires
-- for op: < | <= | > | >= | =
-- for v: 0 | 1 | 2.00 | -1
SELECT o.id FROM refunds r RIGHT JOIN orders o ON r.order_id = o.id AND r.n > 0 WHERE o.n > 0 AND {v} {op} coalesce(r.amount, 0)
-- fires
-- with int4 NULL
-- with int4 1
SELECT o.id FROM orders o FULL JOIN refunds r ON r.order_id = o.id WHERE coalesce(r.n, $1) >= $2
-- fires
-- with int4 2
-- with int4 1
SELECT o.id FROM orders o FULL JOIN refunds r ON r.order_id = o.id WHERE coalesce(r.n, $1) >= $2
-- fires
SELECT o.id FROM orders o LEFT JOIN refunds r ON r.order_id = o.id WHERE coalesce(r.at, '-infinity') > '2023-01-01'
-- refuted collation
SELECT o.id FROM orders o LEFT JOIN refunds r ON r.order_id = o.id WHERE coalesce(r.same, 'none') = 'NONE'
-- refuted order
SELECT o.id FROM orders o LEFT JOIN refunds r ON r.order_id = o.id WHERE coalesce(r.cc, 'a') > 'B'
-- declines value
SELECT o.id FROM orders o LEFT JOIN refunds r ON r.order_id = o.id WHERE coalesce(r.reason, o.kind) = 'r2'
-- declines may-fail
SELECT o.id FROM orders o LEFT JOIN refunds r ON r.order_id = o.id WHERE coalesce(r.reason, '') = 'r2' AND 1 / o.id = 0
-- declines! column-type
SELECT o.id FROM orders o LEFT JOIN refunds r ON r.order_id = o.id WHERE coalesce(r.n, 0.5) = 1
-- ignores
SELECT o.id FROM orders o JOIN refunds r ON r.order_id = o.id WHERE coalesce(r.reason, '') = 'r2'
-- ignores
SELECT o.id FROM orders o LEFT JOIN refunds r ON r.order_id = o.id AND coalesce(r.reason, '') = 'r2' WHERE coalesce(o.kind, '') = 'r2'
