-- schema
CREATE TABLE numbers (id int PRIMARY KEY, n int, s smallint, b bigint, x text, y int);
INSERT INTO numbers SELECT row_number() OVER (), v, CASE WHEN abs(v::bigint) < 32000 THEN v END, v::bigint * CASE WHEN v % 2 = 0 THEN 1 ELSE 3000000000 END, 'x', v FROM (
    SELECT g FROM generate_series(-5, 12) g UNION ALL VALUES (777), (778), (NULL), (2147480000), (-2147480000), (32000), (-32000), (1000000007)) t (v);
CREATE INDEX ON numbers (n);
CREATE TABLE plain (n numeric, c int);
-- fires
SELECT id FROM numbers WHERE n + 1 = 778
-- becomes
SELECT id FROM numbers WHERE (n = 778 - 1)
-- same
SELECT id FROM numbers WHERE n + 2147 = 0
-- fires
SELECT id FROM numbers WHERE n - 1 = 776
-- becomes
SELECT id FROM numbers WHERE (n = (776)::pg_catalog.int8 + 1)
-- same
SELECT id FROM numbers WHERE n - 3 = 2147483647
-- fires
-- with int4 778
SELECT id FROM numbers WHERE n + 1 >= $1
-- becomes
SELECT id FROM numbers WHERE (n >= ($1)::pg_catalog.int8 - 1)
-- fires
-- with int8 778
SELECT id FROM numbers WHERE n + 1 = $1
-- becomes
SELECT id FROM numbers WHERE (n = CASE WHEN $1 >= '-9223372036854775808'::pg_catalog.int8 + 1 THEN $1 - 1 END)
-- fires
-- with int8 778
SELECT id FROM numbers WHERE n + 1 > $1
-- becomes
SELECT id FROM numbers WHERE (n >= CASE WHEN $1 BETWEEN -4000000000000000000 AND 4000000000000000000 AND 1 BETWEEN -4000000000000000000 AND 4000000000000000000 THEN $1 - 1 ELSE '-9223372036854775808'::pg_catalog.int8 END AND CASE WHEN $1 BETWEEN -4000000000000000000 AND 4000000000000000000 AND 1 BETWEEN -4000000000000000000 AND 4000000000000000000 THEN n > $1 - 1 ELSE n + 1 > $1 END)
-- fires
-- for sum: n + 1 | 1 + n | n - 1 | s + 1 | s - 1::smallint | b + 1 | b - 1 | n + 3000000000 | b - 3000000000 | b + -1 | n - (-1) | n + '1'
-- for op: = | < | <= | > | >=
-- for k: 0 | 1 | 778 | -1 | 3000000000 | 32001 | -9223372036854775808 | 9223372036854775807 | '7' | 7::smallint | NULL::int
SELECT id FROM numbers WHERE {sum} {op} {k}
-- fires
-- for type: int2 | int4 | int8
-- for column: n | s | b
-- for op: = | < | >=
-- for k: 0 | 12 | -32768 | 32767
-- with {type} {k}
SELECT id FROM numbers WHERE $1 {op} {column} + 1
-- fires
-- for op: = | <= | >
-- for k: 9223372036854775807 | -9223372036854775808 | 12
-- for d: 5 | -5
-- with int8 {k}
-- with int4 {d}
SELECT id FROM numbers WHERE s + $2 {op} $1
-- fires
-- for d: 5 | 0 | 4000000000000000001
-- with int8 7
-- with int8 {d}
SELECT id FROM numbers WHERE s + $2 <= $1
-- fires
SELECT id FROM numbers WHERE n + 1 BETWEEN 3 AND 778
-- becomes
SELECT id FROM numbers WHERE (n >= 3 - 1 AND n <= 778 - 1)
-- fires
SELECT a.id, (SELECT max(b.id) FROM numbers b WHERE b.n + 1 = a.s) FROM numbers a
-- fires
UPDATE numbers SET x = 'y' WHERE n + 1 = 778
-- fires
SELECT id FROM numbers WHERE n + 1 = 778 OR id = 4
-- declines value
SELECT id FROM numbers WHERE n + 1 = y
-- declines value
SELECT numbers.id FROM numbers, plain WHERE numbers.n + 1 = plain.c
-- declines value
SELECT id FROM numbers WHERE n + length(x) = 778
-- declines may-fail
SELECT id FROM numbers WHERE n + 1 = 778 AND 1 / id > 0
-- ignores
-- for condition: n + 1 <> 778 | n * 2 = 778 | NOT n + 1 = 778 | n + id = 4 | 1 - n = 4 | n + 1 = 778.0 | n + 1 = 778::float8
SELECT id FROM numbers WHERE {condition}
-- ignores
SELECT c FROM plain WHERE n + 1 = 4
