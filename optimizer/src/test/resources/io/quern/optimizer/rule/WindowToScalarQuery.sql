-- schema
CREATE TABLE orders (id int PRIMARY KEY, customer_id int NOT NULL, region int, total numeric(10,2) NOT NULL, n int, f float8, status text);
INSERT INTO orders SELECT i, i % 7, nullif(i % 4, 0), (i % 10) + 0.5, nullif(i % 5, 0), i, CASE i % 3 WHEN 0 THEN 'new' WHEN 1 THEN 'done' END FROM generate_series(1, 60) i;
CREATE TABLE customers (id int PRIMARY KEY, name text);
INSERT INTO customers SELECT i, 'c' || i FROM generate_series(1, 5) i;
-- fires
SELECT id, share FROM (SELECT id, n, total / sum(total) OVER (PARTITION BY customer_id) AS share FROM orders) s WHERE id = 42
-- becomes
SELECT id, share FROM (SELECT id, n, total / (SELECT sum(total2.total) FROM orders AS total2 WHERE total2.customer_id = orders.customer_id) AS share FROM orders) s WHERE id = 42
-- fires
-- for q: sum(total) | count(*) | count(n) | avg(total) FILTER (WHERE n > 1) | max(status) | min(o.n) | sum(n)
-- for w: | WHERE status = 'new' | WHERE o.n > 1 OR status IS NULL
SELECT * FROM (SELECT o.id, customer_id c, status, {q} OVER (PARTITION BY customer_id) FROM orders o {w}) s WHERE id > 9 AND status = 'new' OR id = 3
-- fires
-- for p: PARTITION BY customer_id | PARTITION BY customer_id, orders.id |
SELECT s.share, c.name FROM customers c JOIN (SELECT id, customer_id, sum(total) OVER w + count(n) OVER ({p}) AS share FROM orders WHERE total > 2 WINDOW w AS (PARTITION BY customer_id)) s ON s.id = c.id
-- fires
-- with int4 7
SELECT share FROM (SELECT *, max(total) OVER (PARTITION BY customer_id) AS share FROM orders WHERE n < $1) s WHERE EXISTS (SELECT 1 FROM customers c WHERE c.id = s.id)
-- refuted nullable
SELECT id, share FROM (SELECT id, sum(total) OVER (PARTITION BY region) AS share FROM orders) s WHERE id = 8
-- declines may-fail
SELECT id, share FROM (SELECT id, n, max(n) OVER (PARTITION BY customer_id) AS share FROM orders) s WHERE 1 / n = 1
-- declines may-fail
SELECT id FROM (SELECT id, total / sum(total) OVER (PARTITION BY customer_id) AS share FROM orders) s WHERE id = 3 AND share > 0.1
-- declines! window
-- for q: sum(total) OVER (PARTITION BY customer_id ORDER BY id) | row_number() OVER (PARTITION BY id) | max(n) OVER (PARTITION BY customer_id + 1) | sum(total) OVER (PARTITION BY customer_id ROWS UNBOUNDED PRECEDING) | max(n) OVER (PARTITION BY customer_id ORDER BY n RANGE BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
SELECT id FROM (SELECT id, n, customer_id, {q} AS share FROM orders) s WHERE n = 2
-- declines! table
SELECT s.id FROM (SELECT id, n, max(n) OVER (PARTITION BY customer_id) AS share FROM ONLY orders) s WHERE n = 2
-- declines! names
SELECT s.id FROM (SELECT id, n, max(n) OVER (PARTITION BY customer_id) AS share FROM orders WHERE n IN (SELECT id FROM customers)) s WHERE n = 2
-- declines! names
SELECT s.id FROM customers t, LATERAL (SELECT id, n, max(n) OVER (PARTITION BY customer_id) AS share FROM orders t WHERE status > name) s WHERE n = 2
-- fires
SELECT s.id, s.share FROM customers c, LATERAL (SELECT id, n, max(n) OVER (PARTITION BY customer_id) AS share FROM orders t WHERE status > name) s WHERE n = 2
-- ignores
-- for w: customer_id = 3 | share = 3 | true
SELECT * FROM (SELECT id, customer_id, max(n) OVER (PARTITION BY customer_id) AS share FROM orders) s WHERE {w}
-- ignores
SELECT * FROM (SELECT customer_id, status, max(count(*)) OVER (PARTITION BY customer_id) AS share FROM orders GROUP BY customer_id, status) s WHERE status = 'new'
-- ignores
SELECT * FROM (SELECT id, max(n) OVER (PARTITION BY customer_id) AS share FROM orders ORDER BY id LIMIT 5) s WHERE id = 3
