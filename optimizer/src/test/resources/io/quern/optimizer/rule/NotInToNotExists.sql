-- schema
CREATE COLLATION nocase (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE TABLE customers (id int PRIMARY KEY, name text NOT NULL, city text, big bigint NOT NULL, loose text COLLATE nocase NOT NULL);
INSERT INTO customers SELECT i, 'c' || i % 7, CASE WHEN i % 3 > 0 THEN 'x' END, i, 'L' || i % 5 FROM generate_series(1, 40) i;
CREATE TABLE orders (id int PRIMARY KEY, customer_id int NOT NULL, referrer int, note text NOT NULL, total int NOT NULL, loose text COLLATE nocase NOT NULL);
INSERT INTO orders SELECT i, 1 + i % 11, CASE WHEN i % 5 > 0 THEN i END, 'c' || i % 3, i % 10, 'l' || i % 2 FROM generate_series(1, 60) i;
CREATE TABLE bytewise (c text COLLATE "C" NOT NULL);
INSERT INTO bytewise VALUES ('c1'), ('C2');
CREATE VIEW seen AS SELECT * FROM orders;
CREATE SCHEMA strict;
CREATE TABLE strict.items (item int NOT NULL);
INSERT INTO strict.items VALUES (3);
CREATE SCHEMA loose;
CREATE TABLE loose.items (item int);
INSERT INTO loose.items VALUES (NULL);
CREATE TABLE hidden (id int NOT NULL);
ALTER TABLE hidden ENABLE ROW LEVEL SECURITY;
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
-- fires
SELECT c.id FROM customers c WHERE NOT c.id IN (SELECT o.customer_id FROM orders o WHERE o.total = 3)
-- fires
SELECT id FROM customers WHERE id NOT IN(SELECT customer_id FROM orders WHERE total = 1 OR total = 2 -- x
)
-- fires
SELECT id, city FROM customers WHERE city = 'x' AND name NOT IN (SELECT DISTINCT note FROM orders WHERE total > 5) AND id < 30
-- fires
SELECT c.id FROM customers c WHERE c.id NOT IN (SELECT o.customer_id FROM orders o WHERE o.note = c.name)
-- fires
SELECT count(*) FROM customers c JOIN orders o ON o.customer_id = c.id WHERE o.total NOT IN (SELECT total FROM orders x WHERE x.id = c.id)
-- fires
SELECT id FROM customers WHERE id NOT IN (SELECT customer_id FROM orders WHERE false)
-- fires
SELECT a.id FROM customers a WHERE id NOT IN (SELECT o.customer_id FROM orders o LEFT JOIN customers b ON b.id = o.total WHERE b.city IS NULL)
-- fires
SELECT id FROM customers WHERE loose NOT IN (SELECT loose FROM orders)
-- fires
SELECT id FROM customers WHERE loose NOT IN (SELECT note FROM orders)
-- fires
SELECT id FROM customers WHERE name NOT IN (SELECT c FROM bytewise)
-- fires
-- path strict, public
SELECT id FROM customers WHERE id NOT IN (SELECT item FROM items)
-- fires
-- path strict, loose, public
SELECT id FROM customers WHERE id NOT IN (SELECT item FROM strict.items)
-- declines ambiguous
-- path strict, loose, public
SELECT id FROM customers WHERE id NOT IN (SELECT item FROM items)
-- declines ambiguous
-- path information_schema, strict, public
SELECT id FROM customers WHERE id NOT IN (SELECT item FROM items)
-- refuted nullable
SELECT id FROM customers WHERE city NOT IN (SELECT note FROM orders)
-- refuted nullable may-fail
SELECT id FROM customers WHERE id NOT IN (SELECT o.total FROM customers x LEFT JOIN orders o ON o.id = x.id + 50)
-- refuted captured
SELECT id FROM orders WHERE id NOT IN (SELECT customer_id FROM orders)
-- declines! columns
SELECT id FROM customers WHERE id NOT IN (SELECT big FROM orders)
-- declines! subquery
-- for query: SELECT customer_id FROM orders GROUP BY customer_id | SELECT total FROM orders UNION SELECT 1 | SELECT max(total) FROM orders | SELECT 1 | VALUES (1), (2)
SELECT id FROM customers WHERE id NOT IN ({query})
-- declines nullable
SELECT id FROM customers WHERE id NOT IN (SELECT customer_id FROM seen)
-- declines! columns
-- for query: SELECT sum FROM (SELECT sum(total) FROM orders) s
SELECT id FROM customers WHERE id NOT IN ({query})
-- declines! columns
WITH orders AS (SELECT 1 AS customer_id) SELECT id FROM customers WHERE id NOT IN (SELECT customer_id FROM orders)
-- declines undetermined
SELECT id FROM customers WHERE id NOT IN (SELECT DISTINCT ON (total) id FROM orders)
-- declines row-security
SELECT id FROM customers WHERE id NOT IN (SELECT id FROM hidden h)
-- declines locking
SELECT id FROM customers WHERE id NOT IN (SELECT customer_id FROM orders) FOR SHARE
-- ignores
DELETE FROM customers WHERE id NOT IN (SELECT customer_id FROM orders)
-- declines volatile
SELECT id, random() FROM customers WHERE id NOT IN (SELECT customer_id FROM orders)
-- declines may-fail
SELECT id FROM customers WHERE id NOT IN (SELECT customer_id FROM orders) AND 1 / id = 1
-- ignores
-- for condition: id = 1 OR id NOT IN (SELECT id FROM orders) | id NOT IN (1, 2) | id IN (SELECT id FROM orders)
SELECT 1 FROM customers WHERE {condition}
-- declines nullable
SELECT c.name FROM customers c WHERE c.id NOT IN (SELECT s.customer_id FROM seen s)
