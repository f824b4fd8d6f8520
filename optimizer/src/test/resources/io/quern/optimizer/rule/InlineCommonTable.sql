-- schema
CREATE TABLE orders (id int PRIMARY KEY, customer_id int, total numeric(10,2), created timestamp);
INSERT INTO orders SELECT g, nullif(g % 7, 0), g % 10, timestamp '2024-01-01' + g * interval '1 hour' FROM generate_series(1, 60) g;
-- fires
WITH o AS (SELECT id, customer_id, total FROM orders) SELECT a.id, b.id FROM o a JOIN o b ON b.customer_id = a.customer_id AND b.id > a.id WHERE a.id = 42
-- becomes
WITH o AS NOT MATERIALIZED (SELECT id, customer_id, total FROM orders) SELECT a.id, b.id FROM o a JOIN o b ON b.customer_id = a.customer_id AND b.id > a.id WHERE a.id = 42
-- fires
WITH o (a, b) AS ((SELECT id, customer_id FROM orders WHERE total > 3)), p AS (SELECT a FROM o WHERE b = 2) SELECT * FROM o LEFT JOIN p ON p.a = o.a WHERE EXISTS (SELECT 1 FROM p WHERE p.a > o.b)
-- becomes
WITH o (a, b) AS NOT MATERIALIZED ((SELECT id, customer_id FROM orders WHERE total > 3)), p AS NOT MATERIALIZED (SELECT a FROM o WHERE b = 2) SELECT * FROM o LEFT JOIN p ON p.a = o.a WHERE EXISTS (SELECT 1 FROM p WHERE p.a > o.b)
-- fires
WITH "as" AS (SELECT customer_id, min(total) AS total, max(created) AS last FROM orders GROUP BY customer_id) SELECT * FROM "as" x JOIN "as" y ON y.total > x.total OR y.last = x.last
-- fires
WITH o AS (SELECT id, created FROM orders ORDER BY id LIMIT 5) SELECT * FROM o x, o y
-- fires
SELECT * FROM (WITH o AS (SELECT id FROM orders WHERE created < now()) SELECT x.id FROM o x JOIN o y ON y.id > x.id) z
-- declines undetermined
WITH o AS (SELECT id, created FROM orders LIMIT 5) SELECT * FROM o x, o y
-- declines may-fail volatile
WITH o AS (SELECT random() AS r) SELECT x.r = y.r FROM o x, o y
-- declines not-select
WITH o AS (UPDATE orders SET total = 1 WHERE id = 3 RETURNING id), p AS (SELECT id FROM orders) SELECT x.id FROM p x JOIN p y ON y.id = x.id JOIN o ON o.id = x.id
-- declines may-fail
WITH o AS (SELECT id, 10 / id AS part FROM orders WHERE id <> 0) SELECT x.id FROM o x JOIN o y ON y.part = x.id
-- ignores
WITH o AS MATERIALIZED (SELECT id FROM orders) SELECT * FROM o x JOIN o y ON x.id = y.id
-- ignores
WITH o AS NOT MATERIALIZED (SELECT id FROM orders), p AS (SELECT id FROM orders) SELECT * FROM o x JOIN o y ON x.id = y.id JOIN p ON p.id = y.id
-- ignores
WITH RECURSIVE o AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM o WHERE n < 5) SELECT * FROM o x JOIN o y ON x.n = y.n
