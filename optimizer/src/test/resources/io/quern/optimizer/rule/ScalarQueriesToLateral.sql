-- schema
CREATE TABLE customers (id int PRIMARY KEY, name text, region int);
INSERT INTO customers SELECT i, 'c' || i % 4, nullif(i % 5, 0) FROM generate_series(1, 20) i;
CREATE TABLE orders (id int PRIMARY KEY, customer_id int, total int, price numeric(10,2), at timestamp, code varchar(7));
INSERT INTO orders SELECT i, nullif(i % 17, 0), nullif(i % 9, 0), i / 4.0, timestamp '2024-01-01' + i % 7 * interval '1 day', 'x' || i FROM generate_series(1, 60) i;
-- fires
SELECT c.id, (SELECT count(*) FROM orders o WHERE o.customer_id = c.id) AS n, (SELECT sum(o.total) FROM orders o WHERE o.customer_id = c.id) AS spent, (SELECT max(o.at) FROM orders o WHERE o.customer_id = c.id) AS newest FROM customers c WHERE c.id <= 15
-- becomes
SELECT c.id, gathered.value AS n, gathered.value2 AS spent, gathered.value3 AS newest FROM customers c LEFT JOIN LATERAL (SELECT count(*) AS value, sum(o.total) AS value2, max(o.at) AS value3 FROM orders o WHERE o.customer_id = c.id) AS gathered ON true WHERE c.id <= 15
-- fires
-- for w: o.customer_id = c.id | o.customer_id = c.id AND total > 3 | o.total > c.region OR o.id < c.id | false | o.customer_id IN (SELECT x.id FROM customers x WHERE x.region = c.region)
-- for f: customers c | customers c JOIN customers d ON d.id = c.region | customers d LEFT JOIN customers c ON d.id = c.region | customers d, customers c
SELECT (SELECT count(total) FROM orders o WHERE {w}), c.name, coalesce((SELECT sum(o.price) FILTER (WHERE total > 1) FROM orders o WHERE {w}), 0), (SELECT concat(max(code), c.name) FROM orders o WHERE {w}) x FROM {f}
-- fires
-- for o: length(code), o.id DESC | o.at DESC, o.id | at, o.id | o.id | id DESC NULLS LAST
SELECT c.*, (SELECT o.at FROM orders o WHERE o.customer_id = c.id ORDER BY {o} LIMIT 1), (SELECT o.code FROM orders o WHERE o.customer_id = c.id ORDER BY {o} LIMIT 1) FROM customers c
-- fires
-- with int4 3
SELECT *, (SELECT min(total) FROM orders WHERE total > $1), (SELECT max(total) FROM orders WHERE total > $1) FROM customers ORDER BY id DESC LIMIT 3
-- fires
SELECT (SELECT min(total) FROM orders), 1 + (SELECT max(id) FROM orders) AS m
-- fires
SELECT id FROM customers c WHERE (SELECT min(total) FROM orders WHERE customer_id = c.id) < region AND (SELECT max(total) FROM orders WHERE customer_id = c.id) > region
-- fires
SELECT name, count(*) FROM customers c WHERE (SELECT min(total) FROM orders WHERE customer_id = c.id) < (SELECT max(total) FROM orders WHERE customer_id = c.id) GROUP BY name HAVING count(*) > 1
-- fires
SELECT DISTINCT region, (SELECT min(total) FROM orders WHERE customer_id = c.region), (SELECT max(total) FROM orders WHERE customer_id = c.region) FROM customers c NATURAL JOIN customers d
-- declines may-fail
SELECT id, (SELECT min(1 / total) FROM orders WHERE customer_id = c.id), (SELECT max(total) FROM orders WHERE customer_id = c.id) FROM customers c
-- declines! grouped
SELECT region, (SELECT min(total) FROM orders WHERE customer_id = c.region), (SELECT max(total) FROM orders WHERE customer_id = c.region) FROM customers c GROUP BY region
-- declines! star
SELECT *, (SELECT min(total) FROM orders WHERE customer_id = c.region), (SELECT max(total) FROM orders WHERE customer_id = c.region) FROM customers c JOIN customers d USING (id)
-- ignores
SELECT id, (SELECT min(total) FROM orders WHERE customer_id = c.id), (SELECT max(total) FROM orders WHERE customer_id > c.id) FROM customers c
-- ignores
-- for q: ORDER BY 1, id | ORDER BY 1 DESC, id
SELECT id, (SELECT total FROM orders WHERE customer_id = c.id {q} LIMIT 1), (SELECT price FROM orders WHERE customer_id = c.id {q} LIMIT 1) FROM customers c
-- ignores
SELECT id, (SELECT at AS id FROM orders WHERE customer_id = c.id ORDER BY id LIMIT 1), (SELECT price FROM orders WHERE customer_id = c.id ORDER BY id LIMIT 1) FROM customers c
-- ignores
SELECT id, (SELECT min(total) FROM orders WHERE customer_id = c.id GROUP BY customer_id), (SELECT max(total) FROM orders WHERE customer_id = c.id GROUP BY customer_id) FROM customers c
-- fires
SELECT id, (SELECT min(total) FROM orders WHERE customer_id = c.id AND code > 'x2' AND id < 50), (SELECT max(total) FROM orders WHERE customer_id = c.id AND code > 'x2' AND id < 50) FROM customers c WHERE id > 1
-- same
SELECT id, (SELECT min(total) FROM orders WHERE customer_id = c.id AND code > 'x2' AND id < 50), (SELECT max(total) FROM orders WHERE customer_id = c.id AND code > 'x2' AND id < 50) FROM customers c WHERE id > 3
-- same
SELECT id, (SELECT min(total) FROM orders WHERE customer_id = c.id AND code > 'x1' AND id < 44), (SELECT max(total) FROM orders WHERE customer_id = c.id AND code > 'x1' AND id < 44) FROM customers c WHERE id > 3
-- other
SELECT id, (SELECT min(total) FROM orders WHERE customer_id = c.id AND code > 'x2' AND id < 50), (SELECT max(total) FROM orders WHERE customer_id = c.id AND code > 'x3' AND id < 50) FROM customers c WHERE id > 1
-- other
SELECT id, (SELECT min(total) FROM orders WHERE customer_id = c.id AND code > 'x2' AND id < 51), (SELECT max(total) FROM orders WHERE customer_id = c.id AND code > 'x2' AND id < 50) FROM customers c WHERE id > 1
-- fires
SELECT id, (SELECT min(total) FROM orders WHERE code = 'é'), (SELECT max(total) FROM orders WHERE code = 'é') FROM customers c
