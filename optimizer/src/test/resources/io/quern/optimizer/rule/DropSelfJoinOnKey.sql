-- schema
CREATE TABLE orders (id int PRIMARY KEY, customer_id int, total int, status text, part int NOT NULL, n int NOT NULL, odd numeric UNIQUE, UNIQUE NULLS NOT DISTINCT (status, customer_id, n), UNIQUE (part, n));
INSERT INTO orders SELECT g, CASE WHEN g % 6 > 0 THEN 1 + g % 9 END, g % 10, CASE g % 4 WHEN 0 THEN 'new' WHEN 1 THEN 'done' END, g % 7, g, CASE WHEN g % 3 > 0 THEN g END FROM generate_series(1, 60) g;
CREATE TABLE tags (tag text, UNIQUE NULLS NOT DISTINCT (tag));
INSERT INTO tags VALUES ('a'), (NULL);
CREATE TABLE parents (id int PRIMARY KEY, x int);
CREATE TABLE children () INHERITS (parents);
INSERT INTO parents VALUES (1, 1), (2, 1);
INSERT INTO children VALUES (1, 1), (2, 2);
-- fires
SELECT a.id, b.total FROM orders a JOIN orders b ON b.id = a.id WHERE a.total > 3
-- becomes
SELECT a.id, a.total FROM orders a WHERE a.total > 3 AND a.id IS NOT NULL
-- fires
-- with int4 4
SELECT a.*, b.total AS x FROM orders b, orders a WHERE a.id = b.id AND (a.status = 'new' OR b.total > $1) ORDER BY b.total, a.id
-- fires
SELECT b.id FROM orders a CROSS JOIN orders b WHERE a.id = b.id
-- becomes
SELECT a.id FROM orders a WHERE a.id IS NOT NULL
-- fires
SELECT b.status, count(*) FROM orders a JOIN orders b ON a.part = b.part AND b.n = a.n AND (b.total > 3 OR a.status = 'new') GROUP BY b.status HAVING max(b.id) > 3
-- becomes
SELECT a.status, count(*) FROM orders a WHERE a.part IS NOT NULL AND a.n IS NOT NULL AND (a.total > 3 OR a.status = 'new') GROUP BY a.status HAVING max(a.id) > 3
-- fires
SELECT a.id, c.id FROM orders a JOIN orders b ON b.id = a.id LEFT JOIN orders c ON c.customer_id = b.total WHERE b.total IS NULL OR a.total > 2
-- fires
SELECT a.id FROM orders a JOIN orders b ON b.id = a.id WHERE EXISTS (SELECT 1 FROM orders x WHERE x.customer_id = b.total AND x.id > a.id)
-- fires
SELECT (SELECT max(x.total) FROM orders x WHERE x.customer_id = b.total) FROM orders a JOIN orders b ON a.part = b.part JOIN tags t ON true WHERE a.id = b.id
-- fires
SELECT c.id FROM tags t JOIN (orders a JOIN orders b ON b.id = a.id) ON b.status = t.tag JOIN orders c ON c.id = b.id
-- fires
SELECT id FROM orders WHERE total IN (SELECT a.total FROM orders a JOIN orders b ON (b.id = a.id) WHERE b.status = orders.status)
-- fires
SELECT DISTINCT b.status AS s, length(b.status) FROM orders a, orders b WHERE a.id = b.id GROUP BY b.status, a.total ORDER BY length(b.status), b.status
-- refuted no-key
SELECT a.id FROM orders a JOIN orders b ON b.total = a.total
-- refuted no-key
SELECT a.id FROM orders a JOIN orders b ON b.part = a.part
-- declines no-key
SELECT a.odd, b.id FROM orders a JOIN orders b ON b.odd = a.odd
-- declines no-key
SELECT a.tag, b.tag FROM tags a JOIN tags b ON a.tag = b.tag
-- refuted no-key
SELECT a.id FROM parents a JOIN parents b ON a.id = b.id
-- fires
SELECT b.id FROM orders a JOIN orders b ON b.id = a.id WHERE EXISTS (SELECT 1 FROM orders a WHERE a.customer_id = b.total)
-- becomes
SELECT b.id FROM orders b WHERE EXISTS (SELECT 1 FROM orders a WHERE a.customer_id = b.total) AND b.id IS NOT NULL
-- refuted captured
SELECT b.id FROM orders a JOIN orders b ON b.id = a.id WHERE EXISTS (SELECT 1 FROM orders a WHERE a.customer_id = b.total) AND EXISTS (SELECT 1 FROM orders b WHERE b.id = a.id)
-- declines! whole
-- for q: * | a.*, b.* | b, a
SELECT {q} FROM orders a JOIN orders b ON b.id = a.id
-- declines! whole
SELECT a.id FROM orders a JOIN orders b ON b.id = a.id WHERE b.ctid > a.ctid
-- declines may-fail
SELECT a.id FROM orders a JOIN orders b ON b.id = a.id WHERE 1 / a.total > 0
-- ignores
-- for from: orders a LEFT JOIN orders b ON a.id = b.id | orders a JOIN orders b ON a.id = b.total | orders a JOIN orders b USING (id) | orders a NATURAL JOIN orders b | orders a JOIN ONLY orders b ON a.id = b.id | tags t LEFT JOIN (orders a JOIN orders b ON a.id = b.id) ON true | orders a JOIN orders b ON a.id + 0 = b.id
SELECT 1 FROM {from}
-- ignores
SELECT a.id FROM orders a JOIN (SELECT * FROM orders) b ON a.id = b.id
