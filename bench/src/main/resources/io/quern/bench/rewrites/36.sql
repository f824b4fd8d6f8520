-- an aggregate above a join
-- rule
-- schema
CREATE TABLE products (id int PRIMARY KEY, name text NOT NULL, category int NOT NULL);
CREATE TABLE lines (id int PRIMARY KEY, product_id int NOT NULL, price numeric(10,2) NOT NULL);
INSERT INTO products SELECT g, 'p' || g, g % 40 FROM generate_series(1, 20000) g;
INSERT INTO lines SELECT g, 1 + (g::bigint * 7919) % 20000, (g % 1000) + 0.5 FROM generate_series(1, 1000000) g;
-- before
SELECT p.category, sum(l.price) FROM lines l JOIN products p ON p.id = l.product_id GROUP BY p.category
-- by hand
SELECT p.category, sum(l.price) FROM (SELECT product_id, sum(price) AS price FROM lines GROUP BY product_id) l JOIN products p ON p.id = l.product_id GROUP BY p.category
