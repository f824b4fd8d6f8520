-- schema
CREATE TABLE customers (id int PRIMARY KEY, name text NOT NULL, email text, region int);
INSERT INTO customers SELECT g, 'n' || g % 3, CASE WHEN g % 5 > 0 THEN 'u' || g % 7 END, CASE WHEN g % 4 > 0 THEN g % 3 END FROM generate_series(1, 30) g;
CREATE TABLE orders (id int PRIMARY KEY, customer_id int, total numeric(10,2), status text, note json);
INSERT INTO orders SELECT g, CASE WHEN g % 6 > 0 THEN 1 + g % 35 END, g % 10, CASE g % 3 WHEN 0 THEN 'new' WHEN 1 THEN 'done' END, '{}' FROM generate_series(1, 80) g;
INSERT INTO orders VALUES (81, 3, 1), (82, 3, 1);
-- fires
SELECT id, total FROM orders
WHERE id = 42 OR customer_id IN (SELECT id FROM customers WHERE email = 'u3')
-- becomes
SELECT id, total FROM orders
WHERE id = 42 UNION ALL SELECT id, total FROM orders
WHERE customer_id IN (SELECT id FROM customers WHERE email = 'u3') AND (id = 42) IS NOT TRUE
-- same
SELECT id, total FROM orders
WHERE id = 7 OR customer_id IN (SELECT id FROM customers WHERE email = 'none')
-- fires
SELECT id, total FROM orders WHERE id = 42 OR customer_id IN (SELECT id FROM customers WHERE email = 'u3') ORDER BY 2 DESC, 1
-- becomes
SELECT id, total FROM orders WHERE id = 42 UNION ALL SELECT id, total FROM orders WHERE customer_id IN (SELECT id FROM customers WHERE email = 'u3') AND (id = 42) IS NOT TRUE ORDER BY 2 DESC, 1
-- other
SELECT id, total FROM orders WHERE id = 42 OR customer_id IN (SELECT id FROM customers WHERE email = 'u3') ORDER BY 1 DESC, 2
-- fires
SELECT note, total FROM orders o WHERE EXISTS (SELECT 1 FROM customers c WHERE c.id = o.customer_id AND c.region = 1) OR status = 'new' OR total < 3
-- becomes
SELECT note, total FROM orders o WHERE (status = 'new' OR total < 3) UNION ALL SELECT note, total FROM orders o WHERE EXISTS (SELECT 1 FROM customers c WHERE c.id = o.customer_id AND c.region = 1) AND (status = 'new' OR total < 3) IS NOT TRUE
-- fires
-- with text new
SELECT total FROM orders o WHERE customer_id = ANY (SELECT id FROM customers) OR customer_id IN (SELECT region FROM customers) OR status = $1
-- fires
-- with text NULL
SELECT total FROM orders o WHERE status = $1 OR customer_id NOT IN (SELECT region FROM customers)
-- fires
SELECT total, name FROM orders o LEFT JOIN customers c ON c.id = o.customer_id WHERE o.total = 3 OR c.region = 1 OR NOT EXISTS (SELECT 1 FROM orders p WHERE p.id = o.customer_id AND p.status = c.name) ORDER BY total, name
-- fires
SELECT * FROM customers WHERE id IN (SELECT customer_id FROM orders WHERE total = 1 OR status IN (SELECT name FROM customers WHERE region = 1))
-- declines may-fail
SELECT id FROM orders WHERE 1 / id = 1 OR customer_id IN (SELECT id FROM customers)
-- declines output-may-fail
SELECT 1 / id AS x, id FROM orders WHERE id = 1 OR customer_id IN (SELECT id FROM customers) ORDER BY id LIMIT 2
-- declines! order
SELECT total FROM orders WHERE id = 1 OR customer_id IN (SELECT id FROM customers) ORDER BY status COLLATE "C"
-- declines! shape
SELECT sum(total) FROM orders WHERE id = 1 OR customer_id IN (SELECT id FROM customers)
-- declines! arms
SELECT id FROM orders o WHERE id = 1 OR id IN (SELECT 2) OR id IN (SELECT 3) OR id IN (SELECT 4) OR id IN (SELECT 5) OR id IN (SELECT 6) OR id IN (SELECT 7)
-- ignores
SELECT id FROM orders WHERE id = 42 OR total > (SELECT max(region) FROM customers)
-- ignores
SELECT id FROM orders WHERE id = 42 OR id IN (1, 2)
-- ignores
SELECT id FROM orders WHERE EXISTS (SELECT 1 FROM customers) OR id = 1
