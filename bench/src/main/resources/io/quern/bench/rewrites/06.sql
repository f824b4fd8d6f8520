-- a correlated aggregate
-- rule
-- schema
CREATE TABLE customers (id int PRIMARY KEY, region int NOT NULL);
CREATE TABLE orders (id int PRIMARY KEY, customer_id int NOT NULL, total int NOT NULL);
INSERT INTO customers SELECT g, g % 50 FROM generate_series(1, 2000) g;
INSERT INTO orders SELECT g, 1 + g % 2000, g % 1000 FROM generate_series(1, 40000) g;
-- before
SELECT c.id, (SELECT sum(o.total) FROM orders o WHERE o.customer_id = c.id) AS spent FROM customers c WHERE c.region < 20
-- by hand
SELECT c.id, s.spent FROM customers c LEFT JOIN (SELECT o.customer_id, sum(o.total) AS spent FROM orders o GROUP BY o.customer_id) s ON s.customer_id = c.id WHERE c.region < 20
