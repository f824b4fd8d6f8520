-- schema
CREATE COLLATION nocase (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE TABLE numbers (id int PRIMARY KEY, opt text, n int, b bigint NOT NULL, loose text COLLATE nocase, c char(5));
INSERT INTO numbers SELECT g, CASE WHEN g % 4 > 0 THEN 'v' || g % 9 END, CASE WHEN g % 3 > 0 THEN g % 5 END, g % 6, CASE WHEN g % 4 > 0 THEN 'V' || g % 9 END, CASE WHEN g % 4 > 0 THEN 'v' || g % 9 END FROM generate_series(1, 60) g;
CREATE INDEX ON numbers (opt);
CREATE TABLE other (id int, opt text, n int);
INSERT INTO other SELECT id, opt, n FROM numbers WHERE id % 2 = 0 UNION ALL SELECT NULL, NULL, NULL;
-- fires
SELECT id FROM numbers WHERE opt IS NOT DISTINCT FROM 'v7'
-- becomes
SELECT id FROM numbers WHERE (opt = ('v7')::pg_catalog.text OR opt IS NULL AND ('v7')::pg_catalog.text IS NULL)
-- same
SELECT id FROM numbers WHERE opt IS NOT DISTINCT FROM 'absent'
-- fires
-- for k: v7 | NULL | absent
-- with text {k}
SELECT id FROM numbers WHERE $1 IS NOT DISTINCT FROM opt
-- fires
-- for k: 3 | NULL
-- with int8 {k}
SELECT id FROM numbers WHERE NOT n IS DISTINCT FROM $1
-- fires
SELECT id FROM numbers WHERE NOT (n IS DISTINCT FROM 3)
-- becomes
SELECT id FROM numbers WHERE (n = 3 OR n IS NULL AND 3 IS NULL)
-- fires
SELECT id FROM numbers WHERE b IS NOT DISTINCT FROM 3
-- becomes
SELECT id FROM numbers WHERE b = 3
-- fires
SELECT a.id, b.id FROM numbers a JOIN other b ON a.b IS NOT DISTINCT FROM b.n
-- becomes
SELECT a.id, b.id FROM numbers a JOIN other b ON a.b = b.n
-- fires
-- for condition: n IS NOT DISTINCT FROM 3.0 | n IS NOT DISTINCT FROM 1 + 1 | loose IS NOT DISTINCT FROM 'v7' | c IS NOT DISTINCT FROM 'v7   ' | opt IS NOT DISTINCT FROM lower('V7') | (opt IS NOT DISTINCT FROM 'v7' OR n IS NOT DISTINCT FROM 2) AND id > 3 | id IS NOT DISTINCT FROM n | b IS NOT DISTINCT FROM NULL::int | loose IS NOT DISTINCT FROM 'v7' COLLATE "C"
SELECT id FROM numbers WHERE {condition}
-- fires
SELECT a.id, b.id FROM numbers a LEFT JOIN other b ON b.id = a.id AND b.n IS NOT DISTINCT FROM 2 WHERE b.opt IS NOT DISTINCT FROM 'v2'
-- fires
SELECT a.id, (SELECT count(*) FROM other b WHERE b.opt IS NOT DISTINCT FROM a.opt) FROM numbers a
-- fires
UPDATE numbers SET opt = NULL WHERE opt IS NOT DISTINCT FROM 'v7'
-- declines value
SELECT a.id, b.id FROM numbers a JOIN other b ON a.opt IS NOT DISTINCT FROM b.opt
-- declines value
SELECT a.id FROM other b LEFT JOIN numbers a ON a.id = b.id WHERE a.b IS NOT DISTINCT FROM b.n
-- declines may-fail
SELECT id FROM numbers WHERE opt IS NOT DISTINCT FROM 'v7' AND 1 / id > 0
-- declines may-fail
SELECT id FROM numbers WHERE b IS NOT DISTINCT FROM 12 / n
-- ignores
-- for condition: opt IS DISTINCT FROM 'v7' | NOT opt IS NOT DISTINCT FROM 'v7' | opt IS NOT DISTINCT FROM NULL | lower(opt) IS NOT DISTINCT FROM 'v7' | (n, opt) IS NOT DISTINCT FROM (3, 'v7')
SELECT id FROM numbers WHERE {condition}
-- ignores
SELECT opt IS NOT DISTINCT FROM 'v7' FROM numbers
