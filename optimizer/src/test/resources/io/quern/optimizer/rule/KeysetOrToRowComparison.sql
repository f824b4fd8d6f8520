-- schema
CREATE TABLE orders (id int PRIMARY KEY, total numeric(10,2), region int, code text, big bigint, at timestamp, area box, ratio float8, loose text);
INSERT INTO orders SELECT g, CASE WHEN g % 7 > 0 THEN (g % 5) + 0.5 END, nullif(g % 4, 0), 'c' || g % 6, g % 3, timestamp '2024-01-01' + (g % 3) * interval '1 day', box(point(0, 0), point(g % 3, 1)), CASE g % 5 WHEN 0 THEN float8 'NaN' ELSE g % 5 END, 'x' || g % 3 FROM generate_series(1, 60) g;
CREATE TABLE marks (region int, id int NOT NULL);
INSERT INTO marks VALUES (2, 30), (NULL, 5), (3, 1);
-- fires
-- with numeric 2.5
-- with int4 20
SELECT id, total FROM orders WHERE total > $1 OR (total = $1 AND id > $2) ORDER BY total, id LIMIT 50
-- becomes
SELECT id, total FROM orders WHERE (total, id) > ($1, $2) ORDER BY total, id LIMIT 50
-- fires
SELECT id, total FROM orders WHERE total > 2.5 OR (total = 2.5 AND id > 20) ORDER BY total, id LIMIT 50
-- becomes
SELECT id, total FROM orders WHERE ((2.5)::pg_catalog.numeric = (2.5)::pg_catalog.numeric AND (total, id) > (2.5, 20) OR ((2.5)::pg_catalog.numeric = (2.5)::pg_catalog.numeric) IS NOT TRUE AND (total > 2.5 OR (total = 2.5 AND id > 20))) ORDER BY total, id LIMIT 50
-- same
SELECT id, total FROM orders WHERE total > 3.5 OR (total = 1.5 AND id > 20) ORDER BY total, id LIMIT 50
-- fires
-- for a: 900 | 2 | 0 | 3
SELECT id, total FROM orders WHERE total > {a} OR total = {a} AND id > 50 ORDER BY total, id LIMIT 50
-- fires
-- with int4 NULL
-- with int4 30
SELECT id FROM orders WHERE region > $1 OR (region = $1 AND id > $2)
-- fires
-- with int4 2
-- with int4 NULL
SELECT id FROM orders WHERE region > $1 OR (region = $1 AND id > $2)
-- fires
-- with int4 2
-- with int4 NULL
-- with int4 1
SELECT id FROM orders WHERE region > $1 OR (region = $3 AND id > $2)
-- fires
-- with int4 NULL
-- with int4 10
-- with int4 1
SELECT id FROM orders WHERE region > $1 OR (region = $3 AND id > $2)
-- fires
-- for more: > | >=
SELECT id FROM orders o WHERE (o.region = 2 AND id {more} 20 OR region > 2) AND code <> 'c1'
-- fires
-- for less: < | <=
SELECT id FROM orders WHERE 2 > region OR (2 = region AND id {less} 20)
-- fires
SELECT id FROM orders WHERE region > 1 OR (region = 1 AND code > 'c2') OR (region = 1 AND code = 'c2' AND id >= 20)
-- fires
-- with int4 1
-- with text c2
-- with int4 20
SELECT id FROM orders WHERE region > $1 OR (region = $1 AND (code > $2 OR (code = $2 AND id > $3)))
-- becomes
SELECT id FROM orders WHERE (region, code, id) > ($1, $2, $3)
-- fires
SELECT id FROM orders WHERE at < '2024-01-02' OR (at = '2024-01-02' AND id < 20)
-- fires
SELECT id FROM orders WHERE ratio > 3 OR (ratio = 3 AND id > 20)
-- fires
SELECT id FROM orders WHERE ratio > 'NaN' OR (ratio = 'NaN' AND id > 20)
-- fires
SELECT m.region, (SELECT count(*) FROM orders o WHERE o.region > m.region OR (o.region = m.region AND o.id > m.id)) FROM marks m
-- fires
DELETE FROM orders WHERE region > 2 OR (region = 2 AND id > 20)
-- fires
SELECT o.id FROM marks m LEFT JOIN orders o ON o.region < 2 OR (o.region = 2 AND o.id < 20)
-- declines! direction
SELECT id FROM orders WHERE total > 2.5 OR (total = 2.5 AND id < 20)
-- declines! operator
SELECT id FROM orders WHERE area > box '(1,1),(0,0)' OR (area = box '(1,1),(0,0)' AND id > 20)
-- declines! operator
SELECT id FROM orders WHERE big > 1 OR (big = 1.0 AND id > 20)
-- declines value
SELECT id FROM orders WHERE loose > 'x1' OR (loose = (SELECT max(code) FROM orders c WHERE c.id = orders.id) AND id > 5)
-- declines may-fail
SELECT id FROM orders WHERE (total > 2.5 OR (total = 2.5 AND id > 20)) AND 1 / id = 0
-- ignores
SELECT id FROM orders WHERE total >= 2.5 OR (total = 2.5 AND id > 20)
-- ignores
SELECT id FROM orders WHERE total > 2.5 OR (region = 2.5 AND id > 20)
-- ignores
SELECT total > 2.5 OR (total = 2.5 AND id > 20) FROM orders
