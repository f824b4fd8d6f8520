-- schema
CREATE TABLE people (id int PRIMARY KEY, name text);
INSERT INTO people SELECT i, CASE WHEN i % 4 > 0 THEN 'p' || i % 9 END FROM generate_series(1, 40) i;
CREATE TABLE links (a int, b int, note text);
INSERT INTO links SELECT nullif(i * 7 % 31, 0), nullif(i * 5 % 23, 0), 'p' || i % 4 FROM generate_series(1, 25) i;
-- fires
SELECT p.id FROM people p WHERE EXISTS (SELECT 1 FROM links l WHERE l.a = p.id OR l.b = p.id)
-- becomes
SELECT p.id FROM people p WHERE (EXISTS (SELECT 1 FROM links l WHERE (l.a = p.id) ) OR EXISTS (SELECT 1 FROM links l WHERE (l.b = p.id) ))
-- fires
-- for q: EXISTS | NOT EXISTS | id > 3 AND NOT EXISTS | name IS NULL OR EXISTS | NOT NOT EXISTS
-- for w: a = id OR b = id | (a = id OR b = id) AND note > 'p1' | note > 'p1' AND (a = id AND b > 3 OR b = id OR note = name) AND a < 20 | (a = id OR b = id) AND (note = name OR b > 9) | a = id OR a IS NULL
SELECT id FROM people WHERE {q} (SELECT * FROM links WHERE {w})
-- fires
-- for q: DISTINCT a, b | a, note | DISTINCT 5 | name
SELECT id FROM people WHERE EXISTS (SELECT {q} FROM links l LEFT JOIN people x ON x.id = l.a WHERE x.id = people.id OR l.b = people.id ORDER BY 1)
-- fires
-- with int4 3
-- with text p2
SELECT p.id FROM people p JOIN people q ON p.id = q.id AND EXISTS (WITH w AS (SELECT * FROM links WHERE a > $1) SELECT 1 FROM w WHERE (w.a = p.id OR note = $2 AND w.b = q.id))
-- refuted subquery undetermined
-- for q: OFFSET 3
SELECT id FROM people WHERE EXISTS (SELECT 1 FROM links WHERE a = id OR b < 4 {q})
-- refuted subquery
SELECT id FROM people WHERE NOT EXISTS (SELECT count(*) FROM links WHERE a = id OR b = id HAVING count(*) > 1)
-- declines may-fail
SELECT id FROM people WHERE EXISTS (SELECT 1 FROM links WHERE a = id OR 1 / b = 1)
-- ignores
SELECT id FROM people WHERE EXISTS (SELECT 1 FROM links WHERE a = 3 OR b = 5)
-- ignores
SELECT id FROM people WHERE EXISTS (SELECT 1 FROM links WHERE a = id AND b = 5)
-- ignores
SELECT id FROM people WHERE EXISTS (SELECT 1 FROM links WHERE a = id OR b = id UNION ALL SELECT 1)
-- fires
SELECT id FROM people WHERE EXISTS (SELECT a, note FROM links WHERE a = id OR b = id ORDER BY 1)
-- other
SELECT id FROM people WHERE EXISTS (SELECT a, note FROM links WHERE a = id OR b = id ORDER BY 2)
