-- schema
CREATE COLLATION blind (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE COLLATION english (provider = icu, locale = 'en');
CREATE TABLE scores (id int PRIMARY KEY, points int NOT NULL, extra int, price numeric NOT NULL, at timestamp, name text COLLATE "C" NOT NULL, code char(4) NOT NULL, f float8 NOT NULL);
INSERT INTO scores SELECT i, i * 7 % 17, nullif(i % 6, 0), i % 5 + 0.50, timestamp '2024-01-01' + i * interval '1 day', CASE i % 3 WHEN 0 THEN 'B' WHEN 1 THEN 'a' ELSE 'A' || i END, 'x' || i % 3, i / 3.0 FROM generate_series(1, 40) i;
INSERT INTO scores VALUES (99, 0, NULL, 5, 'infinity', 'zz', 'x', 'NaN'), (98, 16, 3, 4.5, NULL, 'b', ' ', '-0'), (97, -5, 0, 99, '-infinity', '', '', 'infinity');
CREATE TABLE nothing (points int NOT NULL, extra int);
CREATE TABLE days (day date NOT NULL);
INSERT INTO days VALUES ('2024-01-09'), ('2024-01-20');
-- fires
SELECT id FROM scores WHERE points >= ALL (SELECT points FROM scores)
-- becomes
SELECT id FROM scores WHERE (points >= (SELECT pg_catalog.max(compared.value) FROM (SELECT points FROM scores) AS compared (value)) OR NOT EXISTS (SELECT points FROM scores))
-- fires
-- for o: >= | > | < | <=
-- for q: ALL | ANY | SOME
-- for s: SELECT points FROM scores WHERE points > 3 | SELECT points FROM nothing | SELECT DISTINCT points FROM scores x WHERE x.id = scores.id | SELECT price FROM scores WHERE id > 9 ORDER BY id LIMIT 3 | SELECT count(*) FROM scores GROUP BY extra | SELECT points FROM nothing WHERE false | SELECT f FROM scores WHERE id < 90
-- for v: points | extra
SELECT id FROM scores WHERE {v} {o} {q} ({s})
-- fires
-- for o: >= | > | < | <=
SELECT id FROM scores WHERE id > 4 AND (points {o} ANY (SELECT extra FROM scores) OR extra {o} SOME (SELECT extra FROM nothing) OR f {o} ALL (SELECT f FROM scores)) AND at {o} ANY (SELECT day FROM days)
-- fires
-- for o: >= | <
SELECT id FROM scores WHERE name {o} ALL (SELECT name FROM scores WHERE id < 30) OR code {o} ALL (SELECT code FROM scores) OR name {o} ANY (SELECT name FROM scores WHERE extra = 3)
-- fires
-- with numeric 3.5
SELECT id FROM scores WHERE $1 >= ALL (SELECT points FROM scores x WHERE x.extra = scores.extra) AND 5 > ANY (SELECT value.extra FROM scores AS value, days compared)
-- fires
SELECT x.id FROM scores x LEFT JOIN nothing n ON n.points = x.points WHERE n.points >= ALL (SELECT points FROM nothing)
-- refuted nullable may-fail
SELECT id FROM scores WHERE points >= ALL (SELECT extra FROM scores)
-- refuted nullable may-fail
SELECT id FROM scores WHERE points >= ALL (SELECT y.points FROM scores x LEFT JOIN scores y ON y.id = x.id + 20)
-- refuted collation may-fail
SELECT id FROM scores WHERE name COLLATE english >= ALL (SELECT name FROM scores WHERE id < 50)
-- declines may-fail
SELECT id FROM scores WHERE points >= ALL (SELECT points FROM scores WHERE 1 / extra = 1)
-- declines! expression
SELECT id FROM scores WHERE points >= ALL (SELECT points + 1 FROM scores)
-- declines! expression
SELECT id FROM scores WHERE points >= ALL (SELECT points FROM scores UNION SELECT 3)
-- declines! order
SELECT id FROM scores WHERE name >= ALL (SELECT code FROM scores)
-- ignores
SELECT id FROM scores WHERE (points, id) >= ALL (SELECT points, id FROM scores)
-- ignores
-- for q: = ANY | <> ALL | = ALL | <> ANY
SELECT id FROM scores WHERE points {q} (SELECT points FROM scores)
-- ignores
SELECT points >= ALL (SELECT points FROM scores) FROM scores
-- ignores
SELECT id FROM scores WHERE points >= ALL (ARRAY[1, 2])
