-- schema
CREATE COLLATION blind (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE DOMAIN label AS text;
CREATE TYPE pair AS (a int, b int);
CREATE TABLE products (id int PRIMARY KEY, name text NOT NULL, category int, code varchar(10), price numeric(10,2), loose numeric, ratio float8, word text COLLATE blind, active boolean);
INSERT INTO products SELECT i, 'p' || i, nullif(i % 5, 0), CASE i % 4 WHEN 0 THEN NULL ELSE 'c' || i % 4 END, i / 4.0, CASE i % 3 WHEN 0 THEN 2 WHEN 1 THEN 2.00 END, CASE i % 2 WHEN 0 THEN 0 ELSE '-0' END::float8, CASE i % 2 WHEN 0 THEN 'A' ELSE 'a' END, i % 3 = 0 FROM generate_series(1, 12) i;
CREATE TABLE lines (id int PRIMARY KEY, product_id int, order_id int, amount int, small smallint, big bigint, price numeric(10,2), loose numeric, ratio float8, word text COLLATE blind, note text, at timestamp, duo pair);
INSERT INTO lines SELECT i, nullif(i % 14, 0), nullif(i % 9, 0), nullif(i % 7, 0), nullif(i % 3, 0), CASE i % 4 WHEN 0 THEN NULL WHEN 1 THEN 9223372036854775807 ELSE i END, CASE i % 6 WHEN 0 THEN NULL ELSE i / 8.0 END, CASE i % 5 WHEN 0 THEN NULL WHEN 1 THEN 2 WHEN 2 THEN 2.00 WHEN 3 THEN 'NaN' ELSE i / 2.0 END, CASE i % 2 WHEN 0 THEN 0 ELSE '-0' END::float8, CASE i % 2 WHEN 0 THEN 'A' ELSE 'a' END, CASE i % 5 WHEN 0 THEN NULL ELSE 'n' || i % 5 END, timestamp '2024-01-01' + i * interval '40 days', CASE i % 3 WHEN 0 THEN NULL WHEN 1 THEN ROW(NULL, i)::pair ELSE ROW(i, i)::pair END FROM generate_series(1, 90) i;
INSERT INTO lines SELECT i + 100, product_id, order_id, amount, small, big, price, loose, ratio, word, note, at, duo FROM lines i2, LATERAL (SELECT i2.id AS i) x WHERE id % 2 = 0;
CREATE TABLE orders (id int PRIMARY KEY, region int, day date, product_id int, total numeric(10,2));
INSERT INTO orders SELECT i, nullif(i % 3, 0), date '2024-01-01' + i * 20, nullif(i % 4, 0), i FROM generate_series(1, 12) i;
CREATE TABLE nothing (id int, product_id int, amount int);
-- fires
SELECT p.category, sum(l.price) FROM lines l JOIN products p ON p.id = l.product_id GROUP BY p.category
-- becomes
SELECT p.category, sum(l.total) AS sum FROM (SELECT product_id, sum(l.price) AS total FROM lines l GROUP BY product_id) AS l JOIN products p ON p.id = l.product_id GROUP BY p.category
-- fires
-- for q: count(*) | count(l.amount) | sum(l.amount) | sum(l.small) | sum(l.big) | sum(l.price) | sum(l.loose) | avg(l.amount) | avg(l.big) | avg(l.price) | avg(l.loose) | min(l.amount) | max(l.note) | bool_and(l.amount > 2) | every(l.amount > 2) | bit_or(l.amount) | bit_and(l.amount) | count(1) | sum(1) | sum(p.id) | sum(p.price) | count(p.code) | avg(p.price) | avg(p.id) | max(p.name) | bool_or(p.active) | count(l.duo IS NULL) | sum(l.price * p.price) | sum(l.price) / count(*) | count(*) FILTER (WHERE l.amount > 2) | sum(l.price) FILTER (WHERE l.amount > 2) | sum(l.price) FILTER (WHERE p.category = 1) | count(l.note) FILTER (WHERE p.active) | sum(p.price) FILTER (WHERE l.amount > 2) | avg(l.price) FILTER (WHERE l.amount > 3) | avg(l.price) FILTER (WHERE p.active) | min(l.price) FILTER (WHERE l.amount = p.category) | sum(CASE WHEN p.category = 1 THEN l.price ELSE 0 END) | sum(CASE p.category WHEN 1 THEN l.amount WHEN 2 THEN p.id END) | sum(CASE WHEN p.category = 1 THEN l.price WHEN l.amount > 2 THEN p.price ELSE 0.000 END)
-- for j: JOIN | LEFT JOIN | RIGHT JOIN | FULL JOIN
SELECT p.category, {q} AS v, p.active FROM products p {j} lines l ON p.id = l.product_id GROUP BY p.category, p.active
