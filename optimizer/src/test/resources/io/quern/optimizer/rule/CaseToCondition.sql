-- schema
CREATE TABLE numbers (id int PRIMARY KEY, n int, m int, code text, fixed char(3));
INSERT INTO numbers SELECT g, nullif(g % 7, 0), nullif(g % 5, 1), CASE WHEN g % 4 > 0 THEN 'v' || g % 4 END, 'v' || g % 3 FROM generate_series(1, 80) g;
CREATE TABLE other (id int PRIMARY KEY, n int, kind text);
INSERT INTO other VALUES (1, 3, 'x'), (2, NULL, 'y'), (3, 5, NULL);
-- fires
SELECT id FROM numbers WHERE CASE WHEN n = 3 THEN true ELSE false END
-- becomes
SELECT id FROM numbers WHERE ((n = 3))
-- same
SELECT id FROM numbers WHERE CASE WHEN n = 5 THEN true ELSE false END
-- fires
SELECT id FROM numbers WHERE (CASE WHEN n = 3 OR m = 2 THEN true END) AND id > 2
-- fires
SELECT id FROM numbers WHERE CASE WHEN n = 3 THEN false ELSE true END
-- becomes
SELECT id FROM numbers WHERE ((n = 3) IS NOT TRUE)
-- fires
-- for a: true | false | NULL
-- for b: true | false | NULL
SELECT id FROM numbers WHERE CASE WHEN n = 3 THEN {a} WHEN m > 2 THEN {b} WHEN code IS NULL THEN true ELSE false END
-- fires
-- for a: true | false | NULL
-- for b: true | false | NULL
SELECT id FROM numbers WHERE id < 70 AND (CASE WHEN n = 3 THEN {a} WHEN m > 2 THEN {b} WHEN code IS NULL THEN false ELSE true END OR id = 1)
-- fires
SELECT id FROM numbers WHERE CASE n WHEN 3 THEN true WHEN 4 THEN true ELSE false END IS TRUE
-- becomes
SELECT id FROM numbers WHERE ((n = (3)) OR ((n = (4))))
-- fires
SELECT id FROM numbers WHERE CASE WHEN n = 3 THEN 1 ELSE 0 END = 1
-- becomes
SELECT id FROM numbers WHERE ((1)::pg_catalog.int4 = (1)::pg_catalog.int4 AND (n = 3) OR (n = 3) IS NOT TRUE AND ((0)::pg_catalog.int4 = (1)::pg_catalog.int4))
-- same
SELECT id FROM numbers WHERE CASE WHEN n = 3 THEN 1 ELSE 2 END = 2
-- same
SELECT id FROM numbers WHERE CASE WHEN n = 3 THEN 1 ELSE 0 END = 9
-- fires
-- for k: a | b | c | zz |
SELECT id FROM numbers WHERE '{k}' = CASE WHEN n = 3 THEN 'a' WHEN m = 3 THEN NULL WHEN code = 'v2' THEN 'b' ELSE 'c' END
-- fires
-- for k: a | c | NULL
-- with text {k}
SELECT id FROM numbers WHERE CASE code WHEN 'v1' THEN 'a' WHEN 'v2' THEN 'c' END = $1
-- fires
SELECT id FROM numbers WHERE CASE WHEN n = 3 THEN 1 ELSE 2.50 END = 2.5
-- fires
SELECT id FROM numbers WHERE CASE fixed WHEN 'v1 ' THEN true WHEN 'v2' THEN NULL ELSE false END = true
-- fires
SELECT o.id, (SELECT count(*) FROM numbers WHERE CASE WHEN n = o.n THEN 'x' ELSE 'y' END = o.kind) FROM other o
-- fires
SELECT o.id, x.id FROM other o LEFT JOIN numbers x ON CASE WHEN x.n = o.n THEN true ELSE false END AND x.id < 30
-- fires
DELETE FROM numbers WHERE CASE WHEN n = 3 THEN true ELSE false END
-- declines may-fail
SELECT id FROM numbers WHERE CASE WHEN n IS NULL THEN false WHEN 12 / n = 4 THEN true ELSE false END
-- declines value
SELECT o.id FROM other o JOIN numbers x ON CASE WHEN x.n = o.n THEN 'x' ELSE 'y' END = o.kind
-- ignores
SELECT id FROM numbers WHERE CASE WHEN n = 3 THEN m = 2 ELSE false END
-- ignores
SELECT CASE WHEN n = 3 THEN true ELSE false END FROM numbers WHERE NOT CASE WHEN n = 3 THEN true ELSE false END
