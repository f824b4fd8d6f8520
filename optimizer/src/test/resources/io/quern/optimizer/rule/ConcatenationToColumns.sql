-- schema
CREATE COLLATION loose (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE TABLE numbers (id int PRIMARY KEY, f text, short varchar(6), tail int, big bigint, small int2, fixed char(4), same text COLLATE loose, x int NOT NULL);
INSERT INTO numbers SELECT g, CASE WHEN g % 9 > 0 THEN 'f' || g % 6 END, 'f#' || g % 4, CASE WHEN g % 7 > 0 THEN g % 5 - 2 END, g % 5, g % 3, 'f' || g % 3, 'F' || g % 3, g % 2 FROM generate_series(1, 90) g;
INSERT INTO numbers VALUES (900, 'x', 'x', 2147483647, 9223372036854775807, 32767, 'x', 'x', 1), (901, 'x', 'x', -2147483648, -9223372036854775808, -32768, 'x', 'x', 1), (902, '', '', 0, 0, 0, '', '', 1), (903, 'a#1', 'a#1', 7, 7, 7, 'a#1', 'a#1', 1), (904, 'a-', 'a-', 5, 5, 5, 'a', 'a', 1), (905, 'a', 'a', -5, -5, -5, 'a', 'a', 1), (906, 'é', 'é', 3, 3, 3, 'é', 'é', 1);
CREATE INDEX ON numbers (f, tail);
CREATE TABLE wanted (id int PRIMARY KEY, key text);
INSERT INTO wanted VALUES (1, 'f1#1'), (2, NULL), (3, ''), (4, 'f2#-1'), (5, 'x#2147483647');
-- fires
SELECT id FROM numbers WHERE f || '#' || tail = 'f1#1'
-- becomes
SELECT id FROM numbers WHERE (f = pg_catalog."left"(('f1#1')::pg_catalog.text, -(pg_catalog.length(pg_catalog.split_part(('f1#1')::pg_catalog.text, '#', -1)) + pg_catalog.length('#'))) AND tail = CASE WHEN pg_catalog.split_part(('f1#1')::pg_catalog.text, '#', -1) ~ '^-?[0-9]{1,18}$' THEN pg_catalog.split_part(('f1#1')::pg_catalog.text, '#', -1)::pg_catalog.int8 END AND f || '#' || tail = 'f1#1')
-- same
SELECT id FROM numbers WHERE f || '#' || tail = 'a#1#7'
-- same
SELECT id FROM numbers WHERE f || '#' || tail = 'nothing'
-- same
SELECT id FROM numbers WHERE f || '#' || tail = 'f1#99999999999999999999999'
-- same
SELECT id FROM numbers WHERE f || '#' || tail = 'f1#01'
-- same
SELECT id FROM numbers WHERE f || '#' || tail = '#0'
-- other
SELECT id FROM numbers WHERE f || '-' || tail = 'a--5'
-- fires
-- for v: x#2147483647 | x#-2147483648 | x#2147483648 | x#9223372036854775807 | x#-9223372036854775808 | x#9223372036854775808 | x#32767 | #0 | a#1#7 | é#3 | x# | # | | #-0 | x#+1
-- for n: tail | big | small
SELECT id FROM numbers WHERE f || '#' || {n} = '{v}' OR '{v}' = short || '#' || {n}::text
-- fires
-- for v: 7#a#1 | -5#a | 2147483647#x | 0# | 3#é | 9223372036854775807#x | -9223372036854775808#x | 007#a#1 | x
-- for n: tail | big | small
SELECT id FROM numbers WHERE {n} || '#' || f = '{v}'
-- fires
-- for v: f1::1 | f1:1 | a#1::7
-- with text {v}
SELECT id FROM numbers n WHERE n.f || '::' || cast(n.tail AS text) = $1
-- fires
-- with varchar NULL
SELECT id FROM numbers n WHERE n.f || '#' || n.tail = $1
-- fires
SELECT w.id, (SELECT count(*) FROM numbers n WHERE n.f || '#' || n.tail = w.key) FROM wanted w
-- fires
DELETE FROM numbers WHERE f || '#' || tail = 'f1#1'
-- refuted separator
SELECT id FROM numbers WHERE f || '-' || tail = 'a--5'
-- declines separator
SELECT id FROM numbers WHERE f || '#0' || tail = 'a#05'
-- refuted separator
SELECT id FROM numbers WHERE f || '' || tail = 'f11'
-- refuted collation
SELECT id FROM numbers WHERE same || 'x' || tail = 'f1X1'
-- declines value
SELECT w.id, n.id FROM wanted w JOIN numbers n ON n.f || '#' || n.tail = w.key
-- declines may-fail
SELECT id FROM numbers WHERE f || '#' || tail = 'f1#1' AND 1 / x = 0
-- declines! operator
SELECT id FROM numbers WHERE f || '#' || tail::varchar(1) = 'x#2'
-- ignores
SELECT id FROM numbers WHERE fixed || '#' || tail = 'a #1' OR f || '#' || short = 'a#1' OR f || tail = 'a1'
-- ignores
SELECT id FROM numbers WHERE concat(f, '#', tail) = 'f1#1' OR f || '#' || tail > 'a'
-- ignores
SELECT f || '#' || tail = 'f1#1' FROM numbers
