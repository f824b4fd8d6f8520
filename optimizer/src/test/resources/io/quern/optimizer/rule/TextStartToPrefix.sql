-- schema
CREATE COLLATION loose (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE TABLE numbers (id int PRIMARY KEY, code text, short varchar(8), fixed char(6), name name, same text COLLATE loose, c text COLLATE "C", n int NOT NULL);
INSERT INTO numbers SELECT g, CASE WHEN g % 9 > 0 THEN 'k' || g END, 'K%_\' || g, 'k' || g, 'k' || g, CASE g % 2 WHEN 0 THEN 'K' ELSE 'k' END || g, 'k' || g, g % 3 FROM generate_series(1, 130) g;
INSERT INTO numbers VALUES (900, '', '', '', '', '', '', 0), (901, 'é1', 'é', 'é', 'é', 'é', 'é', 1), (902, NULL, NULL, NULL, NULL, NULL, NULL, 2);
CREATE INDEX ON numbers (code text_pattern_ops);
CREATE TABLE wanted (id int PRIMARY KEY, start text, v varchar(3), loose text COLLATE loose);
INSERT INTO wanted VALUES (1, 'k1', 'k1', 'k1'), (2, '', '', ''), (3, NULL, NULL, NULL), (4, 'K', 'K', 'K');
-- fires
SELECT id FROM numbers WHERE left(code, 2) = 'k1'
-- becomes
SELECT id FROM numbers WHERE (code ^@ ('k1')::pg_catalog.text AND left(code, 2) = 'k1')
-- same
SELECT id FROM numbers WHERE left(code, 3) = 'k'
-- same
SELECT id FROM numbers WHERE left(code, 0) = ''
-- same
SELECT id FROM numbers WHERE left(code, 1) = 'é'
-- same
SELECT id FROM numbers WHERE left(code, 2) = 'k%'
-- fires
-- for n: 1 | 2 | 3 | 9 | -1 | -2 | 0
-- for v: k | k1 | k12 | K%_\ | K% | é | % |
SELECT id FROM numbers WHERE left(code, {n}) = '{v}' OR '{v}' = left(short, {n})
-- fires
-- with int4 2
-- with varchar k1
SELECT id FROM numbers WHERE left(short, $1) = $2
-- fires
-- with text NULL
SELECT id FROM numbers WHERE left(code, 2) = $1
-- fires
-- for call: substr(code, 1, 2) | substring(code, 1, 2) | substring(code from 1 for 2) | left(c, 2)
SELECT id FROM numbers WHERE left(code, 2) = 'k1' AND {call} = 'k1'
-- fires
-- for call: substr(code, 1, 2) | substring(code, 1, 2) | substring(code FROM 1 FOR 2) | substr(short::text, 1, 2)
SELECT id FROM numbers WHERE n > 0 AND (substr(code, 1, 2) = 'k1' OR {call} = 'k2')
-- fires
SELECT id FROM numbers WHERE substr(code, 1, 2) = 'k1'
-- other
SELECT id FROM numbers WHERE substr(code, 2, 2) = '12'
-- fires
SELECT w.id, (SELECT count(*) FROM numbers n WHERE left(n.code, 2) = w.start) FROM wanted w
-- fires
SELECT w.id, (SELECT count(*) FROM numbers n WHERE left(n.code, 2) = w.v) FROM wanted w
-- fires
DELETE FROM numbers WHERE left(code, 2) = 'k1'
-- fires
SELECT w.id, n.id FROM wanted w LEFT JOIN numbers n ON n.id = w.id AND left(n.code, 2) = 'k1'
-- refuted start
SELECT id FROM numbers WHERE substr(code, 2, 2) = '12'
-- declines! start
-- with int4 2
SELECT id FROM numbers WHERE substr(code, $1, 2) = '12'
-- refuted collation
SELECT id FROM numbers WHERE left(same, 2) = 'k1'
-- refuted collation value may-fail
SELECT id FROM numbers WHERE left(code, 2) = 'K1' COLLATE loose
-- declines value
SELECT w.id, n.id FROM wanted w JOIN numbers n ON left(n.code, 2) = w.start
-- declines may-fail
SELECT id FROM numbers WHERE left(code, 2) = 'k1' AND 1 / n > 0
-- declines! column-type
SELECT id FROM numbers WHERE left(fixed, 2) = 'k1'
-- declines! column-type
SELECT id FROM numbers WHERE left(name, 2) = 'k1'
-- ignores
SELECT id FROM numbers WHERE code ^@ 'k1' AND left(code, 2) = 'k1'
-- ignores
SELECT id FROM numbers WHERE right(code, 2) = 'k1' OR substr(code, 1) = 'k1' OR substring(code from 'k.') = 'k1'
-- ignores
SELECT left(code, 2) = 'k1' FROM numbers
