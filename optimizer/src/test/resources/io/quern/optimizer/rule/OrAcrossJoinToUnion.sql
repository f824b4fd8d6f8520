-- schema
CREATE TABLE customers (id int PRIMARY KEY, name text NOT NULL, email text, region int, extra json);
INSERT INTO customers SELECT g, 'n' || g % 3, CASE WHEN g % 5 > 0 THEN 'u' || g % 7 END, CASE WHEN g % 4 > 0 THEN g % 3 END, '{"a":1}' FROM generate_series(1, 30) g;
CREATE TABLE orders (id int PRIMARY KEY, customer_id int, total numeric(10,2), status text, other_id int);
INSERT INTO orders SELECT g, CASE WHEN g % 6 > 0 THEN 1 + g % 35 END, g % 10, CASE g % 3 WHEN 0 THEN 'new' WHEN 1 THEN 'done' END, 1 + g % 9 FROM generate_series(1, 80) g;
-- fires
SELECT o.id, c.id, o.total FROM orders o JOIN customers c ON c.id = o.customer_id
WHERE c.email = 'u3' OR o.id = 42
-- becomes
SELECT o.id, c.id, o.total FROM orders o JOIN customers c ON c.id = o.customer_id
WHERE c.email = 'u3' UNION ALL SELECT o.id, c.id, o.total FROM orders o JOIN customers c ON c.id = o.customer_id
WHERE o.id = 42 AND (c.email = 'u3') IS NOT TRUE
-- same
SELECT o.id, c.id, o.total FROM orders o JOIN customers c ON c.id = o.customer_id
WHERE c.email = 'u1' OR o.id = 16
-- fires
-- with text u3
-- with int4 42
SELECT o.total FROM orders o, customers c WHERE (c.email = $1 OR o.id = $2) AND c.id = o.customer_id
-- fires
-- with text NULL
-- with int4 7
SELECT o.* FROM orders o, customers c WHERE c.id = o.customer_id AND (c.email = $1 OR o.other_id = $2)
-- fires
SELECT name, status FROM orders o LEFT JOIN customers c ON c.id = o.customer_id WHERE c.region = 1 OR c.email IS NULL OR o.status = 'new' OR o.total > 8
-- becomes
SELECT name, status FROM orders o LEFT JOIN customers c ON c.id = o.customer_id WHERE (c.region = 1 OR c.email IS NULL) UNION ALL SELECT name, status FROM orders o LEFT JOIN customers c ON c.id = o.customer_id WHERE (o.status = 'new' OR o.total > 8) AND (c.region = 1 OR c.email IS NULL) IS NOT TRUE
-- fires
-- for join: RIGHT JOIN | FULL JOIN
SELECT c.name, c.extra FROM orders o {join} customers c ON c.id = o.customer_id WHERE c.region = 1 OR o.status = 'new'
-- fires
SELECT a.id, b.id FROM orders a JOIN orders b ON a.customer_id = b.other_id OR a.other_id = b.customer_id WHERE a.id < 9
-- fires
SELECT id, o.total * 2 AS twice, region FROM orders o JOIN customers c USING (id) WHERE c.region = 1 OR o.status = 'new'
-- fires
SELECT o.id AS n, c.id, o.total FROM orders o JOIN customers c ON c.id = o.customer_id WHERE c.region = 1 OR o.id = 3 ORDER BY o.total DESC NULLS LAST, n, 2 LIMIT 5
-- becomes
SELECT o.id AS n, c.id, o.total FROM orders o JOIN customers c ON c.id = o.customer_id WHERE c.region = 1 UNION ALL SELECT o.id AS n, c.id, o.total FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.id = 3 AND (c.region = 1) IS NOT TRUE ORDER BY 3 DESC NULLS LAST, 1, 2 LIMIT 5
-- fires
WITH big AS (SELECT * FROM orders WHERE total > 2) SELECT b.id FROM big b JOIN customers c ON c.id = b.customer_id WHERE c.region = 1 OR b.status = 'new'
-- fires
SELECT id FROM customers EXCEPT SELECT c.id FROM orders o JOIN customers c ON c.id = o.customer_id WHERE c.region = 1 OR o.id = 3
-- fires
SELECT count(*) FROM (SELECT c.name FROM orders o JOIN customers c ON c.id = o.customer_id WHERE c.region = 1 OR o.id = 3) x
-- fires
SELECT name FROM customers x WHERE x.id IN (SELECT c.id FROM orders o JOIN customers c ON c.id = o.customer_id WHERE c.region = x.region OR o.id = x.id)
-- fires
SELECT o.id FROM orders o JOIN customers c ON c.id = o.customer_id WHERE (c.region = 1 AND c.name = 'n1') OR NOT o.status = 'new' OR c.id = o.other_id
-- declines may-fail
SELECT o.id FROM orders o JOIN customers c ON c.id = o.customer_id WHERE c.region = 1 OR 10 / o.total > 2
-- declines output-may-fail
SELECT o.id, c.id, 1 / o.id FROM orders o JOIN customers c ON c.id = o.customer_id WHERE c.region = 1 OR o.status = 'new' ORDER BY o.id, c.id LIMIT 1
-- declines! order
SELECT o.id FROM orders o JOIN customers c ON c.id = o.customer_id WHERE c.region = 1 OR o.status = 'new' ORDER BY c.name, o.id
-- declines! shape
-- for s: SELECT count(*) | SELECT DISTINCT c.name | SELECT rank() OVER (ORDER BY o.id) | SELECT generate_series(1, o.id)
{s} FROM orders o JOIN customers c ON c.id = o.customer_id WHERE c.region = 1 OR o.status = 'new'
-- declines! arms
SELECT 1 FROM orders o JOIN customers c ON c.id = o.customer_id WHERE c.region = 1 OR o.id = 1 OR c.id = o.id OR c.id = o.id + 1 OR c.id = o.id + 2 OR c.id = o.id + 3 OR c.id = o.id + 4
-- ignores
SELECT id FROM orders WHERE status = 'new' OR total = 3
-- ignores
SELECT o.id FROM orders o LEFT JOIN customers c ON c.id = o.customer_id OR o.status = 'new'
-- ignores
-- with int4 NULL
SELECT o.id FROM orders o JOIN customers c ON c.id = o.customer_id WHERE $1 IS NULL OR c.region = $1
-- ignores
SELECT id FROM customers x WHERE EXISTS (SELECT 1 FROM orders o JOIN customers c ON c.id = o.customer_id WHERE c.region = x.region OR o.id = x.id)
-- ignores
SELECT c.region FROM orders o JOIN customers c ON c.id = o.customer_id GROUP BY c.region HAVING c.region = 1 OR count(*) > 2
