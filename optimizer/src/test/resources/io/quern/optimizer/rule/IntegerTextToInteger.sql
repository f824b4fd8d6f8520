-- schema
CREATE COLLATION nocase (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE TABLE numbers (id int PRIMARY KEY, n int, s smallint, b bigint, x text);
INSERT INTO numbers SELECT row_number() OVER (), CASE WHEN v BETWEEN -2147483648 AND 2147483647 THEN v END, CASE WHEN abs(v / 2) < 16000 THEN v END, v, v::text FROM (
    SELECT g::int8 FROM generate_series(-5, 12) g UNION ALL VALUES (777), (0), (NULL), (2147483647), (-2147483648), (999999999), (9223372036854775807), ('-9223372036854775808'::int8)) t (v);
CREATE INDEX ON numbers (n);
-- fires
SELECT n FROM numbers WHERE id::text = '7'
-- becomes
SELECT n FROM numbers WHERE (id = ('7')::pg_catalog.int4)
-- same
-- for k: '999999999' | '0'
SELECT n FROM numbers WHERE id::text = {k}
-- other
-- for k: '07' | ' 7' | '7 ' | '-7' | '+7' | '' | 'x' | '1000000000' | E'7' | $$7$$ | '00'
SELECT n FROM numbers WHERE id::text = {k}
-- fires
-- for cast: n::text | CAST(s AS text) | b::varchar | n::character varying
-- for k: '777' | '0' | '-0' | '00' | '07' | '-5' | '+5' | ' 7' | '7 ' | '7.0' | '1e2' | '' | 'seven' | '2147483647' | '-2147483648' | '9223372036854775807' | '9223372036854775808' | '-9223372036854775808' | '99999999999999999999' | '٧' | 'NaN' | NULL | lower('777') | '777'::varchar | E'7\n'
SELECT id FROM numbers WHERE {k} = {cast}
-- fires
-- for cast: n::text | s::text | b::text
-- for k: 777 | -5 | 07 | x | 9223372036854775807 | 9223372036854775808 | 1e2
-- for type: text | varchar
-- with {type} {k}
SELECT id FROM numbers WHERE {cast} = $1
-- fires
-- with text 777
SELECT id FROM numbers WHERE n::text = $1
-- becomes
SELECT id FROM numbers WHERE (n = CASE WHEN $1 ~ '^(0|-?[1-9][0-9]{0,18})$' THEN CASE WHEN ($1)::pg_catalog.numeric BETWEEN -9223372036854775808 AND 9223372036854775807 THEN ($1)::pg_catalog.int8 END END)
-- fires
SELECT a.id, (SELECT max(b.id) FROM numbers b WHERE b.b::text = a.x) FROM numbers a
-- fires
DELETE FROM numbers WHERE n::text = '777' OR id = 3
-- refuted collation
SELECT id FROM numbers WHERE n::text = '777' COLLATE nocase
-- declines value
SELECT id FROM numbers WHERE n::text = x
-- declines may-fail
SELECT id FROM numbers WHERE n::text = '777' AND 1 / id > 0
-- ignores
-- for condition: n::text <> '777' | n::text > '777' | n::varchar(2) = '77' | n::char(3) = '777' | x::text = '777' | n::text LIKE '777' | (n + 1)::text = '777'
SELECT id FROM numbers WHERE {condition}
