-- schema
CREATE COLLATION loose (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE TYPE mood AS ENUM ('good', 'bad');
CREATE TABLE docs (id int PRIMARY KEY, tags int[], big bigint[] NOT NULL, names text[], short varchar(3)[], fixed char(4)[], moods mood[], same text[] COLLATE loose, spans interval[], old int2vector);
INSERT INTO docs SELECT g, ARRAY[g % 5, g % 7 + 10], ARRAY[g % 5], ARRAY['n' || g % 5, NULL], ARRAY['n' || g % 5], ARRAY['n' || g % 5], ARRAY['good'::mood], ARRAY['N' || g % 5], ARRAY[interval '24 hours'], '1 2' FROM generate_series(1, 40) g;
INSERT INTO docs VALUES (100, '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', NULL), (101, NULL, '{}', NULL, NULL, NULL, NULL, NULL, NULL, NULL), (102, '{NULL}', '{NULL}', '{NULL}', '{NULL}', '{NULL}', '{NULL}', '{NULL}', '{NULL}', NULL), (103, '{NULL,3}', '{NULL,3}', '{NULL,n3}', '{NULL,n3}', '{NULL,n3}', '{bad}', '{NULL,n3}', '{1 day}', NULL), (104, '{{1,2},{3,4}}', '{{1,2},{3,4}}', '{{n1,n2},{n3,n4}}', '{{n1}}', '{{n1}}', '{{bad}}', '{{n1}}', '{{1 day}}', NULL);
CREATE TABLE tag (id int PRIMARY KEY, code text, n int NOT NULL, wide bigint, small int2);
INSERT INTO tag SELECT g, 'n' || g, g % 3, g, g FROM generate_series(1, 6) g;
INSERT INTO tag VALUES (9, NULL, 0, NULL, NULL);
-- fires
SELECT id FROM docs WHERE 3 = ANY (tags)
-- becomes
SELECT id FROM docs WHERE tags OPERATOR(pg_catalog.@>) ARRAY[(3)::pg_catalog.int4]
-- same
SELECT id FROM docs WHERE 99 = ANY (tags)
-- fires
-- for k: NULL | 3 | 99 | 1
-- with int4 {k}
SELECT id FROM docs d WHERE $1 = ANY (d.tags) OR d.id = 7
-- fires
-- with int4 NULL
SELECT id FROM docs WHERE NULL = ANY (tags) OR $1 = SOME (big)
-- fires
-- for c: names | short | fixed
-- for k: n3 | n1 | n9 |
SELECT id FROM docs WHERE '{k}' = ANY ({c})
-- fires
SELECT id FROM docs WHERE 'good' = ANY (moods) AND interval '1 day' = ANY (spans)
-- fires
-- with text n3
SELECT id FROM docs WHERE ($1 = ANY (names) AND $1 = ANY (short)) AND id > 3
-- fires
SELECT t.id, d.id FROM tag t JOIN docs d ON t.code = ANY (d.names)
-- fires
SELECT t.id, d.id FROM tag t LEFT JOIN docs d ON t.n = ANY (d.tags)
-- fires
SELECT t.id FROM tag t WHERE EXISTS (SELECT 1 FROM docs d WHERE t.small = ANY (d.tags) AND t.n = ANY (d.big))
-- fires
UPDATE docs SET id = id + 1000 WHERE 3 = ANY (tags)
-- declines! element-type
SELECT t.id, d.id FROM tag t JOIN docs d ON t.wide = ANY (d.tags)
-- declines! element-type
SELECT id FROM docs WHERE 3.5 = ANY (tags)
-- declines! element-type
SELECT id FROM docs WHERE 2 = ANY (old)
-- declines collation
SELECT id FROM docs WHERE 'N3' = ANY (same)
-- declines may-fail
SELECT id FROM docs WHERE 3 = ANY (tags) AND 1 / id = 0
-- ignores
SELECT id FROM docs WHERE 3 > ANY (tags) OR 3 = ALL (tags) OR 3 = ANY (ARRAY[1, 3]) OR NOT 3 = ANY (tags)
-- ignores
SELECT 3 = ANY (tags) FROM docs
