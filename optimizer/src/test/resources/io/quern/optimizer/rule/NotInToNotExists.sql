-- schema
CREATE TABLE customers (id int PRIMARY KEY, name text NOT NULL, city text, big bigint NOT NULL);
INSERT INTO customers SELECT i, 'c' || i % 7, CASE WHEN i % 3 > 0 THEN 'x' END, i FROM generate_series(1, 40) i;
CREATE TABLE orders (id int PRIMARY KEY, customer_id int NOT NULL, referrer int, note text NOT NULL, total int NOT NULL);
INSERT INTO orders SELECT i, 1 + i % 11, CASE WHEN i % 5 > 0 THEN i END, 'c' || i % 3, i % 10 FROM generate_series(1, 60) i;
-- fires
SELECT * FROM customers WHERE id NOT IN (SELECT customer_id FROM orders)
-- fires
-- with int4 1
SELECT id FROM customers WHERE id NOT IN (SELECT customer_id FROM orders WHERE total = $1 OR total = 2)
-- becomes
SELECT id FROM customers WHERE NOT EXISTS (SELECT 1 FROM orders WHERE (total = $1 OR total = 2) AND customers.id = customer_id)
-- fires
SELECT id FROM customers WHERE big NOT IN (SELECT total FROM orders)
-- refuted nullable
SELECT id FROM customers WHERE id NOT IN (SELECT referrer FROM orders)
-- refuted nullable may-fail
SELECT c.id FROM customers c LEFT JOIN orders o ON o.id = c.id + 50 WHERE o.total NOT IN (SELECT id FROM orders x WHERE x.id > 5)
-- refuted captured
SELECT o.id FROM orders o WHERE o.id NOT IN (SELECT o.customer_id FROM orders o)
-- declines may-fail
SELECT id FROM customers WHERE id NOT IN (SELECT customer_id FROM orders WHERE 1 / total = 1)
-- declines! subquery
SELECT id FROM customers WHERE id NOT IN (SELECT customer_id FROM orders LIMIT 1)
-- declines! columns
SELECT id FROM customers WHERE id + 1 NOT IN (SELECT id FROM orders)
-- declines! subquery
SELECT id FROM customers WHERE (id, big) NOT IN (SELECT id, id FROM orders)
-- ignores
SELECT id NOT IN (SELECT customer_id FROM orders) FROM customers
