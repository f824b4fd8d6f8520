-- schema
CREATE COLLATION nocase (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE TABLE numbers (id int PRIMARY KEY, opt text, v varchar(5), c char(5), n int, s smallint, m numeric(6, 2), at timestamp, d date, feels mood, loose text COLLATE nocase, bytes text COLLATE "C", a int[], j json);
INSERT INTO numbers SELECT g, o, left(o, 5), left(o, 5), CASE WHEN g % 3 > 0 THEN g % 5 END, CASE WHEN g % 3 > 0 THEN g % 5 END, CASE WHEN g % 3 > 0 THEN g % 5 END, CASE WHEN g % 4 > 0 THEN timestamp '2024-01-01' + g * interval '1 day' END,
    CASE WHEN g % 4 > 0 THEN date '2024-01-01' + g END, CASE WHEN g % 2 > 0 THEN 'glad'::mood END, o, o, CASE WHEN g % 2 > 0 THEN ARRAY[g] END, NULL
    FROM (SELECT g, CASE g % 7 WHEN 0 THEN NULL WHEN 1 THEN '' WHEN 2 THEN ' ' WHEN 3 THEN 'V7' ELSE 'v' || g % 9 END o FROM generate_series(1, 60) g) t;
CREATE INDEX ON numbers (opt);
-- fires
SELECT id FROM numbers WHERE coalesce(opt, '') = 'v7'
-- becomes
SELECT id FROM numbers WHERE ((opt = ('v7')::pg_catalog.text OR opt IS NULL AND ('')::pg_catalog.text = ('v7')::pg_catalog.text))
-- same
-- for k: '' | ' ' | 'V7' | 'absent'
SELECT id FROM numbers WHERE coalesce(opt, '') = {k}
-- fires
-- for column: opt | v | c | bytes
-- for d: '' | ' ' | 'v7' | NULL | 'longer than five'
-- for k: '' | ' ' | 'v7' | 'v7  ' | NULL | 'V7'
SELECT id FROM numbers WHERE coalesce({column}, {d}) = {k}
-- fires
-- for term: coalesce(opt, 'm') {op} 'v4' | 'v4' {op} coalesce(opt, '') | coalesce(n, 0) {op} 3 | coalesce(s, 0) {op} 3 | coalesce(s, 70000) {op} 3::bigint | coalesce(m, 0) {op} 3 | coalesce(m, 0) {op} 3.5 | coalesce(at, '2024-02-01') {op} '2024-01-20' | coalesce(at, '2024-02-01') {op} date '2024-01-20' | coalesce(d, current_date) {op} '2024-01-20' | coalesce(a, '{}') {op} ARRAY[5]
-- for op: = | < | <= | > | >=
SELECT id FROM numbers WHERE {term}
-- fires
-- for d: x | NULL | v7
-- for k: x | NULL | v7
-- with text {d}
-- with text {k}
SELECT id FROM numbers WHERE coalesce(opt, $1) = $2
-- fires
SELECT id FROM numbers WHERE coalesce(n, 0) BETWEEN 0 AND 2 OR id = 5
-- fires
SELECT a.id, b.id FROM numbers a LEFT JOIN numbers b ON b.id = a.id AND coalesce(b.opt, 'v7') = 'v7' WHERE coalesce(b.n, 1) = 1
-- fires
UPDATE numbers SET opt = NULL WHERE coalesce(opt, '') = 'v7'
-- fires
SELECT id FROM numbers WHERE coalesce(bytes, 'V') = 'V' COLLATE "C"
-- refuted collation
SELECT id FROM numbers WHERE coalesce(loose, 'V9') = 'v9'
-- declines collation
SELECT id FROM numbers WHERE coalesce(bytes, 'V9') > 'v0'
-- declines collation
SELECT id FROM numbers WHERE coalesce(opt, 'V9') = 'v9' COLLATE nocase
-- declines! value-type
SELECT id FROM numbers WHERE coalesce(feels, 'sad') = 'glad'
-- declines! value-type
SELECT id FROM numbers WHERE coalesce(n, 0.5) = 3
-- declines value
SELECT id FROM numbers WHERE coalesce(n, id) = 3
-- declines value
SELECT id FROM numbers WHERE coalesce(n, 0) = id
-- declines may-fail
SELECT id FROM numbers WHERE coalesce(opt, '') = 'v7' AND 1 / id > 0
-- ignores
-- for condition: coalesce(opt, '') <> 'v7' | coalesce(opt, v, '') = 'v7' | coalesce(lower(opt), '') = 'v7' | NOT coalesce(opt, '') = 'v7' | coalesce(opt, '') LIKE 'v7'
SELECT id FROM numbers WHERE {condition}
-- ignores
SELECT coalesce(opt, '') = 'v7' FROM numbers
