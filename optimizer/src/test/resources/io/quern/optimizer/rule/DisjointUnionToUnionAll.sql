-- schema
CREATE TABLE orders (id int PRIMARY KEY, customer_id int, total int, status text, kind varchar(5), code char(4));
INSERT INTO orders SELECT g, CASE WHEN g % 6 > 0 THEN 1 + g % 9 END, g % 10, CASE g % 4 WHEN 0 THEN 'new' WHEN 1 THEN 'done' WHEN 2 THEN 'old' END, CASE WHEN g % 3 > 0 THEN 'k' || g % 3 END, 'c' FROM generate_series(1, 60) g;
CREATE TABLE invoices (id bigint PRIMARY KEY, status text NOT NULL, price numeric UNIQUE, amount int);
INSERT INTO invoices SELECT g, CASE g % 2 WHEN 0 THEN 'new' ELSE 'done' END, g, g % 10 FROM generate_series(1, 40) g;
INSERT INTO invoices VALUES (9007199254740992, 'new', 41), (9007199254740993, 'new', 42);
CREATE COLLATION loose (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE TABLE words (id int PRIMARY KEY, w text COLLATE loose NOT NULL, v text COLLATE "C" NOT NULL UNIQUE);
INSERT INTO words VALUES (1, 'a', 'a'), (2, 'A', 'A'), (3, 'b', 'b');
-- fires
SELECT id, total FROM orders WHERE status = 'new' UNION SELECT id, total FROM orders WHERE status = 'done'
-- becomes
SELECT id, total FROM orders WHERE status = 'new' UNION ALL SELECT id, total FROM orders WHERE status = 'done' AND (status = 'new') IS NOT TRUE
-- same
SELECT id, total FROM orders WHERE status = 'new' UNION SELECT id, total FROM orders WHERE status = 'new'
-- fires
-- with text new
-- with int4 3
SELECT * FROM orders WHERE status = $1 OR total > 8 UNION DISTINCT SELECT * FROM orders WHERE total = $2 OR kind IS NULL UNION SELECT * FROM orders WHERE customer_id > 5 ORDER BY 1 DESC
-- becomes
SELECT * FROM orders WHERE status = $1 OR total > 8 UNION ALL SELECT * FROM orders WHERE (total = $2 OR kind IS NULL ) AND (status = $1 OR total > 8) IS NOT TRUE UNION ALL SELECT * FROM orders WHERE customer_id > 5 AND (status = $1 OR total > 8) IS NOT TRUE AND (total = $2 OR kind IS NULL) IS NOT TRUE ORDER BY 1 DESC
-- fires
SELECT o.id, i.id, 'x' FROM orders o LEFT JOIN invoices i ON i.amount = o.total WHERE i.status = 'new' UNION SELECT o.id, i.id, 'x' FROM orders o LEFT JOIN invoices i ON i.amount = o.total WHERE i.id IS NULL OR i.status IN (SELECT status FROM orders)
-- same
SELECT o.id, i.id, 'x' FROM orders o LEFT JOIN invoices i ON i.amount = o.total WHERE i.status = 'old' UNION SELECT o.id, i.id, 'x' FROM orders o LEFT JOIN invoices i ON i.amount = o.total WHERE i.id IS NULL OR i.status IN (SELECT status FROM orders)
-- other
SELECT o.id, i.id, 'x' FROM orders o LEFT JOIN invoices i ON i.amount = o.total WHERE i.status = 'old' UNION SELECT o.id, i.id, 'y' FROM orders o LEFT JOIN invoices i ON i.amount = o.total WHERE i.id IS NULL OR i.status IN (SELECT status FROM orders)
-- fires
SELECT 'order' AS what, id FROM orders UNION SELECT 'invoice', id FROM invoices ORDER BY what, id
-- becomes
SELECT 'order' AS what, id FROM orders UNION ALL SELECT 'invoice', id FROM invoices ORDER BY what, id
-- other
SELECT 'order' AS what, id FROM orders UNION SELECT 'order', id FROM invoices ORDER BY what, id
-- fires
SELECT id, status FROM orders WHERE status = 'new' AND total > 3 UNION SELECT id, status FROM invoices WHERE 'done' = status
-- becomes
SELECT id, status FROM orders WHERE status = 'new' AND total > 3 UNION ALL SELECT id, status FROM invoices WHERE 'done' = status
-- other
SELECT id, status FROM orders WHERE status = 'new' AND total > 3 UNION SELECT id, status FROM invoices WHERE 'new' = status
-- fires
SELECT 1, total FROM orders GROUP BY total UNION (SELECT 2, id FROM invoices ORDER BY id LIMIT 3) UNION SELECT DISTINCT 3, customer_id FROM orders
-- fires
SELECT kind, id FROM orders WHERE kind = 'k1' UNION SELECT kind, id FROM orders WHERE kind = 'k2'
-- fires
SELECT count(*) FROM (SELECT id FROM orders WHERE total = 1 UNION SELECT id FROM orders WHERE customer_id = 1) x
-- fires
WITH big AS (SELECT 1 AS one) SELECT 'a' AS k, id FROM orders UNION SELECT 'b', 1
-- refuted no-key
SELECT 'order', total FROM orders UNION SELECT 'invoice', amount FROM invoices
-- refuted no-key
SELECT total FROM orders WHERE status = 'new' UNION SELECT total FROM orders WHERE status = 'done'
-- refuted no-key
SELECT o.id FROM orders o, invoices i WHERE i.id = 5 UNION SELECT o.id FROM orders o, invoices i WHERE i.id = 6
-- fires
SELECT o.id FROM orders o JOIN invoices i ON i.id = o.total WHERE i.id = 5 UNION SELECT o.id FROM orders o JOIN invoices i ON i.id = o.total WHERE i.amount = 6 OR o.customer_id = 2
-- refuted types undetermined
SELECT 'a', id FROM invoices UNION SELECT 'b', 0.5::float8
-- refuted types undetermined
SELECT 'a', v FROM words UNION SELECT 'b', 'x' COLLATE loose
-- declines types undetermined
SELECT w, id FROM words WHERE w = 'a' UNION SELECT w, id FROM words WHERE w = 'A'
-- declines may-fail
SELECT id FROM orders WHERE total / id = 1 UNION SELECT id FROM orders WHERE total = 1
-- declines! overlap
SELECT id, status FROM orders WHERE status = 'new' UNION SELECT id, status FROM invoices WHERE status = 'new'
-- declines! overlap
SELECT id, total FROM orders WHERE status = 'new' UNION SELECT id, 0 FROM orders WHERE status = 'done'
-- declines! overlap
SELECT id, code FROM orders WHERE code = 'c' UNION SELECT id, code FROM orders
-- declines! overlap
-- with text new
-- with text done
SELECT id, status FROM orders WHERE status = $1 UNION SELECT id, status FROM invoices WHERE status = $2
-- ignores
SELECT id FROM orders WHERE total = 1 UNION ALL SELECT id FROM orders WHERE total = 2 UNION SELECT 1
-- ignores
SELECT id FROM orders INTERSECT SELECT id FROM orders
-- ignores
SELECT id FROM orders UNION VALUES (1)
