-- schema
CREATE COLLATION blind (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE DOMAIN label AS text;
CREATE TYPE pair AS (a int, b int);
CREATE TABLE products (id int PRIMARY KEY, name text NOT NULL, category int, code varchar(10), price numeric(10,2), loose numeric, ratio float8, word text COLLATE blind, active boolean);
INSERT INTO products SELECT i, 'p' || i, nullif(i % 5, 0), CASE i % 4 WHEN 0 THEN NULL ELSE 'c' || i % 4 END, i / 4.0, CASE i % 3 WHEN 0 THEN 2 WHEN 1 THEN 2.00 END, CASE i % 2 WHEN 0 THEN 0 ELSE float8 '-0' END, CASE i % 2 WHEN 0 THEN 'A' ELSE 'a' END, i % 3 = 0 FROM generate_series(1, 12) i;
CREATE TABLE lines (id int PRIMARY KEY, product_id int, order_id int, amount int, small smallint, big bigint, price numeric(10,2), loose numeric, ratio float8, word text COLLATE blind, note text, at timestamp, duo pair);
INSERT INTO lines SELECT i, nullif(i % 14, 0), nullif(i % 9, 0), nullif(i % 7, 0), nullif(i % 3, 0), CASE i % 4 WHEN 0 THEN NULL WHEN 1 THEN 9223372036854775807 ELSE i END, CASE i % 6 WHEN 0 THEN NULL ELSE i / 8.0 END, CASE i % 5 WHEN 0 THEN NULL WHEN 1 THEN 2 WHEN 2 THEN 2.00 WHEN 3 THEN 'NaN' ELSE i / 2.0 END, CASE i % 2 WHEN 0 THEN 0 ELSE float8 '-0' END, CASE i % 2 WHEN 0 THEN 'A' ELSE 'a' END, CASE i % 5 WHEN 0 THEN NULL ELSE 'n' || i % 5 END, timestamp '2024-01-01' + i * interval '40 days', CASE i % 3 WHEN 0 THEN NULL WHEN 1 THEN ROW(NULL, i)::pair ELSE ROW(i, i)::pair END FROM generate_series(1, 90) i;
INSERT INTO lines SELECT i + 100, product_id, order_id, amount, small, big, price, loose, ratio, word, note, at, duo FROM lines i2, LATERAL (SELECT i2.id AS i) x WHERE id % 2 = 0;
CREATE TABLE orders (id int PRIMARY KEY, region int, day date, product_id int, total numeric(10,2));
INSERT INTO orders SELECT i, nullif(i % 3, 0), date '2024-01-01' + i * 20, nullif(i % 4, 0), i FROM generate_series(1, 12) i;
CREATE TABLE nothing (id int, product_id int, amount int);
-- fires
SELECT p.category, sum(l.price) FROM lines l JOIN products p ON p.id = l.product_id GROUP BY p.category
-- becomes
SELECT p.category, sum(l.total) AS sum FROM (SELECT product_id, sum(price) AS total FROM lines l GROUP BY product_id) AS l JOIN products p ON p.id = l.product_id GROUP BY p.category
-- fires
-- for q: count(*) | count(l.amount) | sum(l.amount) | sum(l.small) | sum(l.big) | sum(l.price) | avg(l.amount) | avg(l.big) | avg(l.price) | min(l.amount) | max(l.note) | bool_and(l.amount > 2) | every(l.amount > 2) | bit_or(l.amount) | bit_and(l.amount) | sum(l.price * 2)
-- for j: JOIN | LEFT JOIN | RIGHT JOIN | FULL JOIN
SELECT p.category, {q} AS v, p.active FROM products p {j} lines l ON p.id = l.product_id GROUP BY p.category, p.active
-- fires
-- for q: count(1) | sum(1) | sum(p.id) | sum(p.price) | count(p.code) | avg(p.price) | avg(p.id) | max(p.name) | bool_or(p.active) | sum(l.price * p.price)
-- for j: JOIN | LEFT JOIN
SELECT p.category, {q} AS v, p.active FROM products p {j} lines l ON p.id = l.product_id GROUP BY p.category, p.active HAVING {q} IS NOT NULL
-- fires
-- for q: count(*) FILTER (WHERE l.amount > 2) | sum(l.price) FILTER (WHERE l.amount > 2) | sum(l.price) FILTER (WHERE p.category = 1) | count(l.note) FILTER (WHERE p.active) | sum(p.price) FILTER (WHERE l.amount > 2) | avg(l.price) FILTER (WHERE l.amount > 3) | avg(l.price) FILTER (WHERE p.active) | min(l.price) FILTER (WHERE l.amount = p.category) | count(*) FILTER (WHERE l.amount IS NULL)
-- for j: , lines l WHERE | LEFT JOIN lines l ON
SELECT p.category, {q} AS v, count(p.code) FROM products p {j} p.id = l.product_id GROUP BY p.category
-- fires
-- for q: sum(CASE WHEN p.category = 1 THEN l.price ELSE 0 END) | sum(CASE p.category WHEN 1 THEN l.amount WHEN 2 THEN p.id END) | sum(CASE WHEN p.category = 1 THEN l.price WHEN l.amount > 2 THEN p.price ELSE 0.000 END) | sum(CASE WHEN p.active THEN NULL ELSE l.amount END)
-- for j: JOIN | LEFT JOIN
SELECT {q} / nullif(sum(l.price), 0), {q}, max(p.name) FROM lines l {j} products p ON p.id = l.product_id
-- fires
SELECT c, y, sum(v) AS total FROM (SELECT p.category AS c, extract(YEAR FROM l.at) AS y, l.price * (1 - p.price) AS w, l.price * 2 AS v FROM lines l, products p, orders o WHERE l.product_id = p.id AND o.id = l.order_id AND (l.amount > 1 OR l.note = 'n1')) AS x GROUP BY c, y ORDER BY c, y DESC
-- becomes
SELECT p.category AS c, l.y, sum(l.total2) AS total FROM (SELECT product_id, order_id, extract(YEAR FROM at) AS y, sum(price * 2) AS total2 FROM lines l WHERE (amount > 1 OR note = 'n1') GROUP BY product_id, order_id, extract(YEAR FROM at)) AS l, products p, orders o WHERE l.product_id = p.id AND o.id = l.order_id GROUP BY p.category, l.y ORDER BY c, y DESC
-- fires
SELECT c, sum(v), count(*), o.region FROM (SELECT p.category AS c, l.price AS v, l.order_id AS k FROM lines l JOIN products p ON p.id = l.product_id) x JOIN orders o ON o.id = x.k GROUP BY c, o.region HAVING count(*) > 1
-- fires
SELECT x.k, x.c, count(*), sum(y.total) FROM (SELECT 'a' AS k, 7 AS c, order_id FROM lines) x, orders y WHERE y.id = x.order_id GROUP BY x.k, x.c
-- fires
SELECT q.z, count(*) FROM (SELECT p.id, count(l.id) FROM products p LEFT OUTER JOIN lines l ON p.id = l.product_id AND l.note NOT LIKE '%3%' GROUP BY p.id) AS q (id, z) GROUP BY q.z ORDER BY count(*) DESC, q.z
-- becomes
SELECT q.z, count(*) FROM (SELECT p.id, coalesce(pg_catalog.sum(l.n), 0)::pg_catalog.int8 AS count FROM products p LEFT OUTER JOIN (SELECT product_id, count(id) AS n FROM lines l WHERE l.note NOT LIKE '%3%' GROUP BY product_id) AS l ON p.id = l.product_id GROUP BY p.id) AS q (id, z) GROUP BY q.z ORDER BY count(*) DESC, q.z
-- fires
-- for a: count(l.id) | sum(coalesce(l.amount, 5)) | count(coalesce(l.note, 'x')) | min(coalesce(l.amount, -1)) | count(*)
-- for w: true | l.amount IS NULL | l.amount > 3 OR p.active | p.category = 1
SELECT p.category, {a} FROM products p LEFT JOIN lines l ON p.id = l.product_id AND l.amount > 2 WHERE {w} GROUP BY p.category
-- fires
-- for a: count(p.id) | sum(l.amount) | count(*) | max(o.region)
SELECT o.region, {a} FROM (products p RIGHT JOIN lines l ON p.id = l.product_id) LEFT JOIN orders o ON o.id = l.order_id GROUP BY o.region
-- fires
-- for a: count(p.id) | sum(l.amount) | count(*) | count(o.day)
SELECT p.category, {a} FROM products p LEFT JOIN (lines l JOIN orders o ON o.id = l.order_id AND o.region = 1) ON p.id = l.product_id GROUP BY p.category HAVING count(*) > 1 ORDER BY {a}, 1
-- fires
-- for a: count(p.id) | sum(l.amount) | count(*)
SELECT o.region, {a} FROM lines l FULL JOIN products p ON p.id = l.product_id LEFT JOIN orders o ON o.id = l.order_id GROUP BY o.region
-- fires
-- for w: p.id > 1000 | l.amount > 100
SELECT count(*), sum(l.amount), min(p.name), avg(l.price), count(l.note) FROM lines l JOIN products p ON p.id = l.product_id WHERE {w}
-- fires
-- with int4 2
-- with text n1
SELECT p.category, sum(l.price), $2 FROM lines l, products p WHERE l.product_id = p.id AND l.amount > $1 AND l.note <> $2 AND p.id <> $1 GROUP BY 1
-- fires
SELECT p.category, sum(l.amount) FROM lines l, products p WHERE l.product_id = p.id AND l.amount > 2 AND p.category IN (1, 2) GROUP BY p.category HAVING sum(l.amount) > 3
-- same
SELECT p.category, sum(l.amount) FROM lines l, products p WHERE l.product_id = p.id AND l.amount > 4 AND p.category IN (2, 3) GROUP BY p.category HAVING sum(l.amount) > 1
-- fires
SELECT extract('year' FROM l.at), count(*) FROM lines l, products p WHERE l.product_id = p.id GROUP BY extract('year' FROM l.at)
-- other
SELECT extract('second' FROM l.at), count(*) FROM lines l, products p WHERE l.product_id = p.id GROUP BY extract('second' FROM l.at)
-- fires
SELECT p.category, sum(l.price) / count(*), max(p.name) FROM products p JOIN lines l ON p.id = l.product_id GROUP BY p.category
-- fires
SELECT p.id, p.name, p.category, count(l.id) FROM products p JOIN lines l ON l.product_id = p.id GROUP BY p.id
-- fires
-- for w: EXISTS (SELECT 1 FROM orders o WHERE o.id = l.order_id) | l.order_id IN (SELECT id FROM orders WHERE region = p.category) | l.order_id = ANY (SELECT id FROM orders WHERE region = 1)
SELECT p.category, sum(l.amount) FROM products p JOIN lines l ON l.product_id = p.id WHERE {w} GROUP BY p.category
-- fires
SELECT n.product_id AS n, count(*) AS total, "L".note FROM lines n JOIN products total ON total.id = n.product_id JOIN lines "L" ON "L".product_id = total.id GROUP BY n.product_id, "L".note
-- fires
SELECT a.category, count(*), sum(b.price) FROM products a JOIN products b ON a.category = b.category GROUP BY a.category
-- fires
SELECT o.region, sum(s.t) FROM orders o JOIN (SELECT order_id, sum(price) AS t FROM lines GROUP BY order_id) s ON s.order_id = o.id JOIN lines l ON l.order_id = o.id GROUP BY o.region
-- fires
SELECT count(*), sum(n.amount), count(n.amount) FROM nothing n, products p WHERE n.product_id = p.id
-- ignores
SELECT category, sum(price) FROM products GROUP BY category
-- ignores
SELECT p.category FROM products p, lines l WHERE l.product_id = p.id GROUP BY p.category
-- declines keyed
SELECT p.category, o.region, count(*) FROM products p JOIN orders o ON o.id = p.id GROUP BY p.category, o.region
-- refuted equal-values aggregate-may-fail
SELECT l.loose::text, count(*) FROM lines l, orders o WHERE l.order_id = o.id GROUP BY l.loose::text
-- declines equal-values
SELECT o.region, count(*) FROM lines l, orders o WHERE l.order_id = o.id AND l.word::text <> o.region::text GROUP BY o.region
-- refuted equal-values may-fail
SELECT o.region, count(*) FROM lines l, orders o WHERE l.order_id = o.id AND l.ratio::text <> (o.region - 1)::text GROUP BY o.region
-- declines may-fail
SELECT p.category, sum(l.amount) FROM lines l, products p WHERE p.id = l.product_id AND p.category = 1 AND 10 / (l.id - 5) < 100 GROUP BY p.category
-- refuted aggregate-may-fail
SELECT p.category, sum(10 / (l.id - 14)) FROM lines l, products p WHERE p.id = l.product_id GROUP BY p.category
-- declines! aggregate
-- for a: array_agg(l.id ORDER BY l.id) | string_agg(l.note, ',' ORDER BY l.id) | variance(l.amount) | max(l.price * l.loose) | min(lower(l.word)) | sum(l.ratio) | count(l.duo) | sum(l.amount ORDER BY l.id) | sum(l.at - p.price * interval '1 day' - l.at)
SELECT p.category, {a} FROM lines l, products p WHERE p.id = l.product_id GROUP BY p.category
-- declines! distinct-argument
-- for a: count(DISTINCT l.amount) | sum(DISTINCT l.amount) | percentile_disc(0.5) WITHIN GROUP (ORDER BY l.amount)
SELECT p.category, {a} FROM lines l, products p WHERE p.id = l.product_id GROUP BY p.category
-- declines! grouping-sets
-- for g: ROLLUP (p.category) | GROUPING SETS ((p.category), ())
SELECT p.category, count(*) FROM lines l, products p WHERE p.id = l.product_id GROUP BY {g}
-- declines! window
SELECT p.category, rank() OVER (ORDER BY count(*)) FROM lines l, products p WHERE p.id = l.product_id GROUP BY p.category
-- declines! set-returning
SELECT p.category, count(*), generate_series(1, 2) FROM lines l, products p WHERE p.id = l.product_id GROUP BY p.category
-- declines! star
-- for s: SELECT p.*, count(l.id) FROM products p JOIN lines l ON l.product_id = p.id GROUP BY p.id | SELECT x.category, count(*) FROM (SELECT p.*, l.amount + 1 FROM products p JOIN lines l ON l.product_id = p.id) x GROUP BY x.category
{s}
-- declines! subquery
SELECT p.id, (SELECT max(o.total) FROM orders o WHERE o.product_id = p.id), sum(l.amount) FROM products p JOIN lines l ON l.product_id = p.id GROUP BY p.id
-- declines! correlated
SELECT o.id, (SELECT sum(l.amount) FROM lines l JOIN products p ON p.id = l.product_id WHERE l.order_id = o.id) FROM orders o
-- declines! merged-columns
-- for j: JOIN products p USING (id) | NATURAL JOIN orders p
SELECT p.id, count(*) FROM lines l {j} GROUP BY p.id
-- declines! joined-alias
SELECT j.category, count(*) FROM (lines l JOIN products p ON p.id = l.product_id) AS j GROUP BY j.category
-- declines! lateral
SELECT p.category, count(*) FROM products p, LATERAL (SELECT amount FROM lines WHERE product_id = p.id) l GROUP BY p.category
-- declines! whole-row
-- for a: count(l.ctid) | count(l::text)
SELECT p.category, {a} FROM lines l, products p WHERE p.id = l.product_id GROUP BY p.category
-- declines! same-name
SELECT x.category, count(*) FROM (SELECT l.order_id, p.category FROM lines l, products p WHERE p.id = l.product_id) x, orders l WHERE l.id = x.order_id GROUP BY x.category
-- declines! unread
SELECT public.products.category, count(*) FROM lines l, products WHERE products.id = l.product_id GROUP BY public.products.category HAVING public.products.category > 1
