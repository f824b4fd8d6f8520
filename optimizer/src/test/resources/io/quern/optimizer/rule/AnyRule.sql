-- schema
CREATE COLLATION blind (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE TYPE pair AS (x int, y text);
CREATE TABLE "My.Customers" ("Id" int PRIMARY KEY, "Na me" varchar(20) COLLATE blind, region int, code char(4), big bigint, price numeric, at timestamptz, day date, tags int[], doc jsonb, score positive, p pair, ratio float8, small smallint);
INSERT INTO "My.Customers" SELECT i, CASE i % 4 WHEN 0 THEN 'A' WHEN 1 THEN 'a' WHEN 2 THEN 'b#' || i END, nullif(i % 4, 0), CASE i % 3 WHEN 0 THEN 'a' WHEN 1 THEN 'ab' END, nullif(i % 6, 1), CASE i % 5 WHEN 0 THEN 2 WHEN 1 THEN 2.00 WHEN 2 THEN 2.5 ELSE i END, timestamptz '2024-01-01 00:00+00' + i * interval '5 hours', date '2024-01-01' + i % 5, CASE i % 4 WHEN 0 THEN ARRAY[i % 3, NULL] WHEN 1 THEN ARRAY[]::int[] WHEN 2 THEN ARRAY[1, i % 5] END, CASE i % 4 WHEN 0 THEN '{"k": "v"}' WHEN 1 THEN '{"k": 1}' WHEN 2 THEN '[1]' END::jsonb, nullif(i % 3, 0), row(i % 3, 'x')::pair, CASE i % 4 WHEN 0 THEN float8 'NaN' WHEN 1 THEN float8 '-0' ELSE i END, i % 4 FROM generate_series(1, 24) i;
CREATE TABLE o (id int PRIMARY KEY, cid int REFERENCES "My.Customers", region int, total numeric(10,2), price numeric, at timestamp, word text COLLATE blind, code char(6), t text, n int NOT NULL, "Id" int NOT NULL, UNIQUE (n, id));
INSERT INTO o SELECT i, nullif(i % 9, 0), nullif(i % 3, 0), i % 7, CASE i % 3 WHEN 0 THEN 1 WHEN 1 THEN 1.0 END, timestamp '2024-01-01' + i % 9 * interval '8 hours', CASE i % 4 WHEN 0 THEN 'A' WHEN 1 THEN 'a' WHEN 2 THEN 'b' END, CASE i % 3 WHEN 0 THEN 'a' WHEN 1 THEN 'ab' END, CASE i % 5 WHEN 0 THEN '1' WHEN 1 THEN '01' WHEN 2 THEN 'x#1' WHEN 3 THEN 'a ' END, i % 5, i % 6 FROM generate_series(1, 40) i;
CREATE INDEX ON o (cid);
CREATE INDEX ON o (n);
CREATE TABLE none (id int PRIMARY KEY, x int NOT NULL, y int);
CREATE TABLE parent (id int PRIMARY KEY, x int NOT NULL);
CREATE TABLE child () INHERITS (parent);
INSERT INTO parent VALUES (1, 1), (2, 1), (3, 2);
INSERT INTO child VALUES (1, 1), (2, 2), (2, 1);
CREATE VIEW seen AS SELECT id, n, cid AS k FROM o WHERE n < 3 UNION ALL SELECT "Id", region, small FROM "My.Customers";
-- fires
SELECT c FROM "My.Customers" c WHERE c."Id" = 3 OR c.region IN (SELECT region FROM o WHERE o.n = 2)
-- fires
SELECT c.ctid, c.tableoid, c."Id" FROM "My.Customers" c JOIN (SELECT cid, count(*) AS n FROM o GROUP BY cid) s ON s.cid = c."Id" WHERE c.region = 2
-- fires
SELECT count(c.*), max((c.p).x) FROM "My.Customers" c WHERE c.score + 1 = 2 AND (c.p).x + 1 > 1
-- fires
SELECT DISTINCT x.id, x.x FROM parent x LEFT JOIN parent y ON y.x = x.id
-- fires
SELECT a.id, b.x FROM parent a JOIN parent b ON a.id = b.id WHERE a.x = 1
-- fires
SELECT a.id FROM o a JOIN o b ON a.id = b.id AND a.n = b."Id" LEFT JOIN none ON none.x = b.n
-- fires
SELECT DISTINCT id FROM parent UNION SELECT id FROM child
-- fires
SELECT o.id, c."Na me" FROM o JOIN "My.Customers" c ON c."Id" = o.cid WHERE o.n = 1 OR c.region = 2
-- fires
SELECT o.id FROM o JOIN "My.Customers" c ON c."Id" = o.cid
-- fires
SELECT o.id, o.cid FROM o LEFT JOIN none z ON z.id = o.id JOIN "My.Customers" c ON c."Id" = o.cid WHERE z.id IS NULL
-- fires
SELECT "Id", (SELECT max(price) FROM o WHERE o.cid = "My.Customers"."Id") FROM "My.Customers" WHERE region > 1
-- fires
SELECT c."Id", (SELECT count(*) FROM o WHERE cid = c."Id" AND word = c."Na me"), (SELECT sum(total) FROM o WHERE cid = c."Id") FROM "My.Customers" c LEFT JOIN none ON none.id = c."Id"
-- fires
SELECT c."Id", (SELECT min(n) FROM o WHERE o.word = c."Na me") FROM "My.Customers" c
-- fires
SELECT region, count(*) FROM "My.Customers" c WHERE (SELECT count(*) FROM o WHERE o.cid = c."Id") > 0 GROUP BY GROUPING SETS ((region), ()) HAVING count(*) > 1
-- fires
SELECT region, (SELECT max(n) FROM o WHERE o.cid = c.region) FROM "My.Customers" c GROUP BY region HAVING (SELECT count(*) FROM o WHERE o.cid = c.region) > 0
-- fires
SELECT sum(n) OVER (PARTITION BY region), id FROM o WHERE n NOT IN (SELECT x FROM none) OR n = 3
-- fires
SELECT * FROM (SELECT id, n, region, sum(total) OVER (PARTITION BY n) AS s, count(*) FILTER (WHERE region > 1) OVER (PARTITION BY n) AS q FROM o WHERE total > 1) x WHERE id = 7
-- fires
SELECT * FROM o x WHERE x.total = (SELECT max(y.total) FROM o y WHERE y.n = x.n) AND x.id IN (SELECT cid FROM o)
-- fires
SELECT * FROM o x LEFT JOIN o w ON w.id = x.n WHERE w.total >= (SELECT avg(y.total) FROM o y WHERE y.region = w.region)
-- fires
SELECT c."Id", x.id FROM "My.Customers" c JOIN (SELECT id, cid, row_number() OVER (PARTITION BY cid ORDER BY n, id DESC) AS r FROM o) x ON x.cid = c."Id" AND x.r <= 2 WHERE c.region = 1
-- fires
SELECT c."Id", x.* FROM "My.Customers" c LEFT JOIN (SELECT id, cid, row_number() OVER (PARTITION BY cid ORDER BY id) AS r FROM o WHERE n > 0) x ON x.cid = c."Id" AND x.r = 1
-- fires
SELECT c."Id", v.n FROM "My.Customers" c JOIN seen v ON v.k = c."Id" AND v.id < 8
-- fires
SELECT c."Id", v.n FROM "My.Customers" c, seen v, none WHERE v.k = c."Id" OR c.region = v.n
-- fires
SELECT c."Id", v.n FROM "My.Customers" c LEFT JOIN seen v USING ("Id")
-- fires
SELECT * FROM "My.Customers" c NATURAL JOIN o
-- fires
WITH w AS (SELECT n, count(*) AS k FROM o GROUP BY n) SELECT a.n, b.k FROM w a JOIN w b ON a.n = b.k WHERE a.n = 2
-- fires
WITH o AS (SELECT 1 AS n, 2 AS id), w AS (SELECT * FROM o) SELECT a.n, b.n FROM w a JOIN w b USING (id) WHERE a.n IN (SELECT n FROM public.o)
-- fires
WITH RECURSIVE w(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM w WHERE n < 4) SELECT a.n FROM w a JOIN w b USING (n)
-- fires
SELECT DISTINCT n FROM o ORDER BY n DESC LIMIT 3
-- fires
SELECT DISTINCT cid FROM o FETCH FIRST 2 ROWS WITH TIES
-- fires
SELECT cid FROM o GROUP BY cid ORDER BY cid NULLS FIRST FETCH FIRST 2 ROWS WITH TIES
-- fires
SELECT count(DISTINCT cid), count(DISTINCT n), (SELECT count(DISTINCT n) FROM o) FROM o
-- fires
SELECT DISTINCT word FROM o WHERE word IS NOT NULL
-- fires
SELECT id FROM o WHERE (n, id) > (2, 3) OR n > 1 OR (n = 1 AND id > 4)
-- fires
SELECT id FROM o WHERE word > 'a' OR (word = 'a' AND id > 5) ORDER BY word, id LIMIT 5
-- fires
SELECT id FROM o WHERE code > 'a' OR (code = 'a' AND t > 'x') OR price = 1
-- fires
SELECT id FROM o WHERE price > 1 OR (price = 1.0 AND total > 2)
-- fires
SELECT "Id", generate_series(1, small) FROM "My.Customers" WHERE region + 1 = 2 OR small IN (SELECT n FROM o)
-- fires
SELECT id FROM o WHERE id IN (SELECT generate_series(1, n) FROM none) OR EXISTS (SELECT 1 FROM "My.Customers" c WHERE c."Id" = o.cid AND (c.region = 1 OR c.small = o.n))
-- fires
SELECT c."Id", l.* FROM "My.Customers" c, LATERAL (SELECT n, count(*) FROM o WHERE o.cid = c."Id" AND o.region = 1 GROUP BY n) l WHERE l.n = c.small
-- fires
SELECT c."Id" FROM "My.Customers" c WHERE EXISTS (SELECT 1 FROM none z RIGHT JOIN o ON z.id = c.region WHERE o.cid = c."Id" OR z.x = c.small)
-- fires
SELECT c."Id" FROM "My.Customers" c WHERE c."Id" >= ALL (SELECT n FROM o WHERE o.cid = c.small) AND c.price < ANY (SELECT price FROM o)
-- fires
SELECT c."Id" FROM "My.Customers" c WHERE c."Na me" >= ALL (SELECT word FROM o WHERE word IS NOT NULL) OR c.code <= ALL (SELECT code FROM o WHERE code IS NOT NULL)
-- fires
SELECT id FROM o WHERE CASE WHEN n = 1 THEN true WHEN region = 2 THEN NULL ELSE id > 20 END
-- fires
SELECT id FROM o WHERE CASE word WHEN 'a' THEN 1 WHEN 'B' THEN 2 ELSE n END = 1 AND coalesce(word, 'A') = 'a'
-- fires
SELECT id FROM o WHERE coalesce(code, 'a') = 'a ' OR coalesce(price, 1) = 1.00 OR coalesce(region, n, 2) = 2
-- fires
SELECT o.id FROM o LEFT JOIN "My.Customers" c ON c."Id" = o.n WHERE coalesce(c."Na me", 'x') = 'A' OR coalesce(c.code, 'z') <> 'a'
-- fires
SELECT id FROM o WHERE word IS NOT DISTINCT FROM 'A' OR region IS DISTINCT FROM 2 AND t IS NOT DISTINCT FROM NULL
-- fires
SELECT "Id" FROM "My.Customers" WHERE at::date = '2024-01-02' OR date_trunc('day', at) = '2024-01-03' OR date_trunc('month', day) = '2024-01-01'
-- fires
SELECT "Id" FROM "My.Customers" WHERE extract(year FROM day) = 2024 AND extract(month FROM at) = 1 AND date_part('year', at) = 2024
-- fires
SELECT "Id" FROM "My.Customers" WHERE at + interval '1 hour' > '2024-01-02' AND day + 1 = '2024-01-03' AND small + 1 = 3
-- fires
SELECT "Id" FROM "My.Customers" WHERE small = 2.0 OR "Id"::text = '7' OR region > 1.5::float8 OR big = 3e0
-- fires
SELECT "Id" FROM "My.Customers" WHERE left("Na me", 1) = 'A' OR substr(code, 1, 1) = 'a' OR left(code, 2) = 'ab' OR "Na me" || '#' || "Id" = 'A#4'
-- fires
SELECT id FROM o WHERE t || '#' || n = 'x#1#3' OR left(t, 2) = 'x#' OR code || '-' || n = 'a-1'
-- fires
SELECT "Id" FROM "My.Customers" WHERE doc->>'k' = 'v' OR 1 = ANY (tags) AND NOT (2 = ANY (tags)) OR doc->>'k' = '1'
-- fires
SELECT "Id" FROM "My.Customers" c WHERE c."Id" < c.region AND c.region <= c.small AND c.small < 3 AND c.price < c."Id" AND c."Na me" = c.code AND c.code > 'a'
-- fires
SELECT "Id" FROM "My.Customers" c, o WHERE c."Na me" = o.word AND o.word = 'a' AND o.code = c.code AND c.code >= 'a'
-- fires
SELECT id FROM o WHERE n IN (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63, 64, 65, 66)
-- fires
SELECT id, n FROM o WHERE n = 1 UNION SELECT id, n FROM o WHERE region = 2 UNION SELECT id, n FROM o WHERE total > 5
-- fires
SELECT 'a' AS kind, id FROM o UNION SELECT 'b', "Id" FROM "My.Customers" UNION SELECT 'a ', id FROM none
-- fires
SELECT n, price FROM o UNION SELECT n, total FROM o
-- fires
SELECT c."Id", (SELECT o.id FROM o WHERE o.cid = c."Id" ORDER BY o.n, o.id LIMIT 1), (SELECT o.n FROM o WHERE o.cid = c."Id" ORDER BY o.n, o.id LIMIT 1) FROM "My.Customers" c WHERE c.region = 1
-- fires
UPDATE o SET n = n + 1 WHERE n + 1 = 2 OR coalesce(region, 1) = 1
-- fires
DELETE FROM o WHERE id IN (SELECT id FROM o WHERE total = 2.0) AND n NOT IN (SELECT x FROM none)
