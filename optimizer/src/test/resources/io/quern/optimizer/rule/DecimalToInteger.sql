-- schema
CREATE TABLE numbers (id int PRIMARY KEY, n int, s smallint, b bigint, x numeric, f float8);
INSERT INTO numbers SELECT row_number() OVER (), CASE WHEN v BETWEEN -2147483648 AND 2147483647 THEN v END, CASE WHEN abs(v / 2) < 16000 THEN v END, v, v, v FROM (
    SELECT g::int8 FROM generate_series(-5, 12) g UNION ALL VALUES (777), (778), (NULL), (2147483647), (2147483646), (16777215), (16777216), (16777217), (-16777217), (-2147483648), (9007199254740991), (9007199254740992), (9007199254740993),
        (-9007199254740993), (9223372036854775807), ('-9223372036854775808'::int8), (9223372036854775000)) t (v);
CREATE INDEX ON numbers (n);
-- fires
SELECT id FROM numbers WHERE n = 777.0
-- becomes
SELECT id FROM numbers WHERE (n = (777.0)::pg_catalog.int8)
-- same
SELECT id FROM numbers WHERE n = 2147483647.000
-- other
-- for k: 777.5 | 2147483648.0 | 1e2
SELECT id FROM numbers WHERE n = {k}
-- fires
-- for column: n | s | b
-- for op: = | < | <= | > | >=
-- for k: 777.0 | 777.5 | -4.5 | -5.0 | 1e3 | 1e40 | -1e40 | 9223372036854775807.0 | 9223372036854775808 | 9223372036854775807.5 | -9223372036854775808.0 | -9223372036854775808.5 | 'NaN'::numeric | numeric 'Infinity' | numeric '-Infinity' | NULL::numeric | 9007199254740992.5 | 7::numeric
SELECT id FROM numbers WHERE {column} {op} {k}
-- fires
-- for column: n | s | b
-- for op: = | < | <= | > | >=
-- for k: 777.0 | 777.5 | -4.5 | 1e40 | 9223372036854775807 | -9223372036854775808 | NaN | Infinity | -Infinity
-- with numeric {k}
SELECT id FROM numbers WHERE $1 {op} {column}
-- fires
-- for type: float8 | real
-- for column: n | s | b
-- for op: = | < | <= | > | >=
-- for k: 777 | 16777215 | 16777216 | 16777217 | -16777216 | 2147483647 | 777.5 | -4.5 | 1e20 | -1e20 | 9007199254740991 | 9007199254740992 | 9007199254740993 | 9007199254740994 | 9223372036854775807 | NaN | Infinity | -Infinity
-- with {type} {k}
SELECT id FROM numbers WHERE {column} {op} $1
-- fires
-- with numeric 777
SELECT id FROM numbers WHERE n = $1
-- becomes
SELECT id FROM numbers WHERE (n = CASE WHEN $1 BETWEEN -9223372036854775808 AND 9223372036854775807 AND $1 = pg_catalog.floor($1) THEN ($1)::pg_catalog.int8 END)
-- fires
-- with numeric 777
SELECT id FROM numbers WHERE n > $1
-- becomes
SELECT id FROM numbers WHERE (n >= CASE WHEN $1 BETWEEN -9223372036854775808 AND 9223372036854775807 THEN pg_catalog.floor($1)::pg_catalog.int8 ELSE '-9223372036854775808'::pg_catalog.int8 END AND CASE WHEN $1 BETWEEN -9223372036854775808 AND 9223372036854775807 THEN n > pg_catalog.floor($1)::pg_catalog.int8 ELSE n > $1 END)
-- fires
SELECT id FROM numbers WHERE n BETWEEN 3.5 AND 777.0 OR n = 1.0
-- fires
SELECT a.id, (SELECT max(b.id) FROM numbers b WHERE b.n = a.x) FROM numbers a
-- fires
UPDATE numbers SET x = 0 WHERE n = 777.0
-- declines value
SELECT id FROM numbers WHERE n = x
-- declines value
SELECT a.id FROM numbers a JOIN numbers b ON a.n = b.f
-- declines may-fail
SELECT id FROM numbers WHERE n = 777.0 AND 1 / id > 0
-- ignores
-- for condition: x = 777 | n = 777 | n <> 777.0 | NOT n = 777.0 | n::numeric = 777.0 | n = 3000000000 | f = 777.0
SELECT id FROM numbers WHERE {condition}
