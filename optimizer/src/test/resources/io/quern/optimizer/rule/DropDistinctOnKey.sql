-- schema
CREATE TABLE customers (id int PRIMARY KEY, name text NOT NULL, code text UNIQUE, region int, tag text, UNIQUE NULLS NOT DISTINCT (tag));
CREATE VIEW view_of_customers AS SELECT id, name FROM customers;
INSERT INTO customers SELECT g, 'n' || g % 3, CASE WHEN g % 5 > 0 THEN 'u' || g END, g % 3, CASE WHEN g > 1 THEN 't' || g END FROM generate_series(1, 30) g;
CREATE TABLE orders (id int PRIMARY KEY, customer_id int NOT NULL, total numeric(10,2), tag text);
INSERT INTO orders SELECT g, 1 + g % 35, g % 10, CASE WHEN g % 4 > 0 THEN 't' || g % 40 END FROM generate_series(1, 80) g;
INSERT INTO orders SELECT g, 1 + g % 35, g % 10 FROM generate_series(81, 90) g;
CREATE TABLE parents (id int PRIMARY KEY, x int);
CREATE TABLE children () INHERITS (parents);
INSERT INTO parents VALUES (1, 1), (2, 1);
INSERT INTO children VALUES (1, 1), (2, 2);
CREATE COLLATION loose (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE TABLE words (w text COLLATE "C" PRIMARY KEY);
INSERT INTO words VALUES ('a'), ('A'), ('b');
CREATE TABLE padded (v varchar(4) PRIMARY KEY, c char(4));
INSERT INTO padded VALUES ('a', 'a'), ('a ', 'b');
-- refuted no-key
SELECT DISTINCT p.v FROM padded p JOIN padded q ON q.v = p.c
-- fires
SELECT DISTINCT id, name FROM customers
-- becomes
SELECT id, name FROM customers
-- fires
SELECT DISTINCT * FROM orders o JOIN customers c ON c.region = o.id % 3
-- fires
SELECT DISTINCT o.id, c.name FROM orders o JOIN customers c ON c.id = o.customer_id ORDER BY c.name, o.id LIMIT 7
-- fires
-- for join: LEFT JOIN | JOIN
SELECT DISTINCT o.id, c.name FROM orders o {join} customers c ON o.customer_id = c.id WHERE o.total > 3
-- fires
SELECT DISTINCT o.id, c.id FROM orders o FULL JOIN customers c ON o.customer_id = c.id
-- fires
-- with int4 7
SELECT DISTINCT o.id FROM orders o, customers c WHERE c.id = $1
-- fires
SELECT DISTINCT region, count(*) AS n FROM customers GROUP BY region
-- fires
SELECT DISTINCT max(region) FROM customers
-- fires
SELECT DISTINCT tag FROM customers
-- fires
SELECT name FROM customers c WHERE id IN (SELECT DISTINCT o.id FROM orders o JOIN customers d ON d.id = o.customer_id AND d.region = c.region)
-- refuted no-key
-- for q: name FROM customers | region FROM customers GROUP BY id % 2, region | total FROM orders
SELECT DISTINCT {q}
-- refuted no-key
SELECT DISTINCT code FROM (SELECT code FROM customers) c
-- refuted no-key
SELECT DISTINCT customer_id FROM orders o JOIN customers c ON c.id = o.customer_id
-- refuted no-key
SELECT DISTINCT c.code FROM customers c
-- refuted no-key
SELECT DISTINCT x.id FROM parents x
-- refuted no-key
SELECT DISTINCT o.id FROM orders o LEFT JOIN customers c ON c.region = o.customer_id
-- refuted no-key
SELECT DISTINCT c.id FROM orders o LEFT JOIN customers c ON c.id = o.customer_id AND o.id = c.id
-- refuted no-key
SELECT DISTINCT o.id FROM orders o FULL JOIN customers c ON c.id = o.customer_id AND c.id > 20
-- refuted no-key
SELECT DISTINCT c.tag FROM orders o FULL JOIN customers c ON c.id = o.id AND o.id = c.id
-- refuted no-key
SELECT DISTINCT id, generate_series(1, 2) / 2 - generate_series(1, 2) / 2 FROM customers
-- refuted no-key
SELECT DISTINCT a.w FROM words a JOIN words b ON b.w = a.w COLLATE loose
-- refuted no-key
SELECT DISTINCT name FROM customers GROUP BY GROUPING SETS ((name), (name))
-- ignores
SELECT DISTINCT ON (id) id, name FROM customers
-- ignores
SELECT count(DISTINCT id) FROM customers
-- declines no-key
SELECT DISTINCT id FROM view_of_customers
