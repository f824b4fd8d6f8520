-- schema
CREATE TABLE customers (id int PRIMARY KEY, name text NOT NULL, region int);
INSERT INTO customers SELECT g, 'n' || g % 3, g % 3 FROM generate_series(1, 30) g;
INSERT INTO customers SELECT g, 'only', NULL FROM generate_series(31, 33) g;
CREATE TABLE orders (id int PRIMARY KEY, customer_id int NOT NULL, total int);
INSERT INTO orders SELECT g, 1 + g % 25, g % 10 FROM generate_series(1, 80) g;
CREATE VIEW seen AS SELECT * FROM orders;
-- fires
SELECT DISTINCT c.id, c.name FROM customers c LEFT JOIN orders o ON o.customer_id = c.id
-- becomes
SELECT DISTINCT c.id, c.name FROM customers c WHERE NOT EXISTS (SELECT customer_id FROM orders o WHERE false)
-- fires
SELECT DISTINCT name FROM customers c LEFT JOIN public.orders ON customer_id = c.id AND total > 3 WHERE region = 1 OR region IS NULL ORDER BY name
-- becomes
SELECT DISTINCT name FROM customers c WHERE (region = 1 OR region IS NULL ) AND NOT EXISTS (SELECT customer_id, total FROM public.orders WHERE false) ORDER BY name
-- fires
SELECT DISTINCT c.name FROM customers c LEFT JOIN orders o ON o.customer_id = c.id LEFT JOIN orders p ON p.customer_id = o.total
-- fires
SELECT DISTINCT c.name FROM (customers c LEFT JOIN orders o ON o.customer_id = c.id) JOIN orders p ON p.customer_id = c.id
-- fires
SELECT DISTINCT c.name FROM customers c LEFT JOIN orders USING (id)
-- fires
SELECT DISTINCT p.id FROM customers c LEFT JOIN orders o ON true FULL JOIN orders p ON p.customer_id = c.id
-- fires
SELECT name FROM customers x WHERE region IN (SELECT DISTINCT c.region FROM customers c LEFT JOIN orders o ON o.id = x.id)
-- refuted counted
SELECT DISTINCT c.name, count(*) FROM customers c LEFT JOIN orders o ON o.customer_id = c.id GROUP BY c.name
-- refuted counted
SELECT DISTINCT c.id, count(*) OVER (PARTITION BY c.id) FROM customers c LEFT JOIN orders o ON o.customer_id = c.id
-- declines may-fail
SELECT DISTINCT c.name FROM customers c LEFT JOIN orders o ON o.customer_id = 1 / c.id
-- declines! renamed
SELECT DISTINCT c.name FROM customers c LEFT JOIN orders AS o (a, b, d) ON o.b = c.id
-- ignores
-- for q: o.total | count(o.id) | o | EXISTS (SELECT 1 FROM orders x WHERE x.id = o.id)
SELECT DISTINCT c.name, {q} FROM customers c LEFT JOIN orders o ON o.customer_id = c.id GROUP BY c.name, o.total, o.id
-- ignores
SELECT DISTINCT * FROM customers c LEFT JOIN orders o ON o.customer_id = c.id
-- ignores
SELECT DISTINCT c.name FROM customers c LEFT JOIN orders o ON o.customer_id = c.id WHERE o.id IS NULL
-- ignores
SELECT c.name FROM customers c LEFT JOIN orders o ON o.customer_id = c.id
-- ignores
-- for from: customers c JOIN orders o ON o.customer_id = c.id | customers c LEFT JOIN seen o ON o.customer_id = c.id | orders o RIGHT JOIN customers c ON o.customer_id = c.id
SELECT DISTINCT c.name FROM {from}
