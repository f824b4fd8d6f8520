-- schema
CREATE TABLE parts (id int, supplier int, cost numeric(9,2), amount int, name text);
CREATE TABLE suppliers (id int, nation int NOT NULL, name text);
INSERT INTO parts SELECT g % 23, CASE WHEN g % 9 > 0 THEN g % 7 END, g / 3.0, CASE WHEN g % 5 > 0 THEN g END, 'p' || g % 4 FROM generate_series(1, 120) g;
INSERT INTO suppliers SELECT CASE WHEN g % 8 > 0 THEN g % 7 END, g % 3, 's' || g % 2 FROM generate_series(1, 20) g;
CREATE TABLE empty (id int, v int);
-- fires
SELECT parts.id, sum(cost * amount) AS value FROM parts, suppliers WHERE supplier = suppliers.id AND nation = 1 GROUP BY parts.id HAVING sum(cost * amount) > (SELECT sum(cost * amount) * 0.05 FROM parts, suppliers WHERE supplier = suppliers.id AND nation = 1) ORDER BY value DESC
-- becomes
WITH shared AS MATERIALIZED (SELECT parts.id, parts.cost, parts.amount FROM parts, suppliers WHERE supplier = suppliers.id AND nation = 1) SELECT shared.id, sum(shared.cost * shared.amount) AS value FROM shared GROUP BY shared.id HAVING sum(shared.cost * shared.amount) > (SELECT sum(shared.cost * shared.amount) * 0.05 FROM shared) ORDER BY value DESC
-- same
SELECT parts.id, sum(cost * amount) AS value FROM parts, suppliers WHERE supplier = suppliers.id AND nation = 2 GROUP BY parts.id HAVING sum(cost * amount) > (SELECT sum(cost * amount) * 0.01 FROM parts, suppliers WHERE supplier = suppliers.id AND nation = 2) ORDER BY value DESC
-- other
SELECT parts.id, sum(cost * amount) AS value FROM parts, suppliers WHERE supplier = suppliers.id AND nation = 2 GROUP BY parts.id HAVING sum(cost * amount) > (SELECT sum(cost * amount) * 0.01 FROM parts, suppliers WHERE supplier = suppliers.id AND nation = 1) ORDER BY value DESC
-- fires
-- with int4 1
SELECT p.id, s.name, count(*), min(s.id) FROM parts p LEFT JOIN suppliers s ON p.supplier = s.id AND s.nation = $1 GROUP BY p.id, s.name HAVING count(*) > (SELECT avg(p.amount) / 100 FROM parts p left  join suppliers s on p.supplier = s.id and s.nation = $1) OR count(s.id) > (SELECT avg(p.amount) / 100 FROM parts p LEFT JOIN suppliers s ON p.supplier = s.id AND s.nation = $1)
-- fires
SELECT p.name, s.name, count(*) FROM parts p JOIN suppliers s ON p.supplier = s.id GROUP BY p.name, s.name UNION ALL SELECT p.name, NULL, sum(p.id) FROM parts p JOIN suppliers s ON p.supplier = s.id GROUP BY p.name
-- fires
SELECT (SELECT count(*) FROM parts p JOIN suppliers s ON p.supplier = s.id), (SELECT max(p.amount) FROM parts p JOIN suppliers s ON p.supplier = s.id), (SELECT count(*) FROM parts p CROSS JOIN empty e), (SELECT max(e.v) FROM parts p CROSS JOIN empty e)
-- fires
SELECT (SELECT count(*) FROM parts p JOIN suppliers s ON p.supplier = s.id) AS a, (SELECT count(*) + 1 FROM parts p JOIN suppliers s ON p.supplier = s.id) AS b
-- fires
WITH totals AS (SELECT p.id, sum(p.cost) AS cost FROM parts p JOIN suppliers s ON p.supplier = s.id GROUP BY p.id), shared AS (SELECT sum(p.cost) AS cost FROM parts p JOIN suppliers s ON p.supplier = s.id) SELECT totals.id, totals.cost / nullif(shared.cost, 0) IS NULL FROM totals, shared
-- fires
(SELECT p.name AS id, max(s.name) AS nation FROM parts p FULL JOIN suppliers s ON p.supplier = s.id GROUP BY 1 HAVING max(p.id) > 3 ORDER BY id) UNION SELECT min(p.name), min(s.name) FROM parts p FULL JOIN suppliers s ON p.supplier = s.id ORDER BY 1, nation
-- fires
SELECT e.id, (SELECT sum(p.cost) FILTER (WHERE p.id > e.id) FROM parts p, suppliers s WHERE p.supplier = s.id), (SELECT count(DISTINCT p.id + e.id) FROM parts p, suppliers s WHERE p.supplier = s.id) FROM suppliers e
-- fires
SELECT p.id, (SELECT max(q.id) FROM parts q WHERE q.id < 7), count(*) FROM parts p, suppliers s WHERE p.supplier = s.id GROUP BY p.id HAVING count(*) < (SELECT count(*) FROM parts p, suppliers s WHERE p.supplier = s.id) ORDER BY p.id
-- fires
SELECT 'c' AS k, count(*), p.name AS "Name" FROM parts p, suppliers s WHERE p.supplier = s.id /* their own */ AND p.name > 'p1' GROUP BY p.name HAVING sum(p.id) > ALL (SELECT sum(s.id) FROM parts p, suppliers s WHERE p.supplier = s.id AND p.name > 'p1' GROUP BY s.nation)
-- ignores
SELECT p.id, count(*) FROM parts p, suppliers s WHERE p.supplier = s.id AND s.nation = 1 GROUP BY p.id HAVING count(*) < (SELECT count(*) FROM parts p, suppliers s WHERE p.supplier = s.id AND s.nation = 2)
-- ignores
SELECT p.id, s.id FROM parts p, suppliers s WHERE p.supplier = s.id AND p.cost > (SELECT avg(p.cost) FROM parts p, suppliers s WHERE p.supplier = s.id)
-- ignores
SELECT p.id, count(*) FROM parts p GROUP BY p.id HAVING count(*) < (SELECT count(*) FROM parts p)
-- declines! join
SELECT e.id, (SELECT count(*) FROM parts p, suppliers s WHERE p.supplier = s.id AND p.id = e.id), (SELECT min(p.id) FROM parts p, suppliers s WHERE p.supplier = s.id AND p.id = e.id) FROM suppliers e
-- declines! join
SELECT (SELECT count(*) FROM parts p JOIN suppliers s USING (id)), (SELECT min(p.id) FROM parts p JOIN suppliers s USING (id))
-- declines! join
SELECT (SELECT count(*) FROM parts p(a) JOIN suppliers s ON a = s.id), (SELECT min(a) FROM parts p(a) JOIN suppliers s ON a = s.id)
-- declines! join
SELECT (SELECT count(*) FROM parts p, suppliers s WHERE p.id = s.id AND p.id IN (SELECT id FROM empty)), (SELECT min(p.id) FROM parts p, suppliers s WHERE p.id = s.id AND p.id IN (SELECT id FROM empty))
-- declines! row
SELECT (SELECT count(p) FROM parts p, suppliers s WHERE p.id = s.id), (SELECT min(p.id) FROM parts p, suppliers s WHERE p.id = s.id)
-- declines! star
SELECT *, count(*) FROM empty e, empty f WHERE e.id = f.id GROUP BY e.id, e.v, f.id, f.v HAVING count(*) > (SELECT count(*) FROM empty e, empty f WHERE e.id = f.id)
-- declines may-fail
SELECT p.id, count(*) FROM parts p, suppliers s WHERE p.supplier = s.id AND 10 / p.amount > 1 GROUP BY p.id HAVING count(*) < (SELECT count(*) FROM parts p, suppliers s WHERE p.supplier = s.id AND 10 / p.amount > 1)
