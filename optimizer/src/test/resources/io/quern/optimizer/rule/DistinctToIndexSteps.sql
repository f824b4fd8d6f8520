-- schema
CREATE COLLATION blind (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE TABLE hits (id int PRIMARY KEY, site int NOT NULL, page int, host varchar(9), day date, price numeric, word text COLLATE blind, plain int, part int);
INSERT INTO hits SELECT i, i * 7 % 6, nullif(i % 5, 0), CASE WHEN i % 4 > 0 THEN 'h' || i % 4 END, CASE i % 3 WHEN 0 THEN date '2024-01-01' WHEN 1 THEN date 'infinity' ELSE '-infinity' END, CASE WHEN i % 2 = 0 THEN 1.0 ELSE 1.00 END, CASE WHEN i % 2 = 0 THEN 'A' ELSE 'a' END, i % 3, i % 3 FROM generate_series(1, 60) i;
CREATE INDEX ON hits (site);
CREATE INDEX ON hits (page DESC NULLS LAST, id);
CREATE INDEX ON hits (host);
CREATE INDEX ON hits (day);
CREATE INDEX ON hits (price);
CREATE INDEX ON hits (word);
CREATE INDEX ON hits (part) WHERE part > 0;
CREATE TABLE nothing (page int);
CREATE INDEX ON nothing (page);
CREATE TABLE big (n int);
INSERT INTO big SELECT g FROM generate_series(1, 110000) g;
CREATE INDEX ON big (n);
ANALYZE big;
-- fires
SELECT DISTINCT site FROM hits
-- becomes
SELECT DISTINCT site FROM (WITH RECURSIVE steps (value) AS ((SELECT entry.site FROM hits AS entry WHERE entry.site IS NOT NULL ORDER BY entry.site LIMIT 1) UNION ALL SELECT (SELECT entry.site FROM hits AS entry WHERE entry.site > steps.value ORDER BY entry.site LIMIT 1) FROM steps WHERE steps.value IS NOT NULL) SELECT steps.value FROM steps WHERE steps.value IS NOT NULL) AS hits (site)
-- fires
-- for q: SELECT DISTINCT {c} FROM hits | SELECT {c} AS x FROM hits GROUP BY {c} | SELECT count(DISTINCT h.{c}) FROM hits h | SELECT {c}, max({c}) FROM hits GROUP BY 1 HAVING min({c}) IS NOT NULL | SELECT count(DISTINCT {c}), min({c}) FROM hits | SELECT DISTINCT {c} IS NULL AS n, {c} FROM public.hits h ORDER BY {c} DESC, n LIMIT 3
-- for c: site | page | host | day
{q}
-- fires
SELECT * FROM (SELECT DISTINCT page FROM hits WHERE page > 2 OR page IS NULL) s, (SELECT count(DISTINCT page) FROM nothing) n
-- fires
-- with int4 3
SELECT id FROM hits WHERE page IN (SELECT DISTINCT x.page FROM hits x WHERE x.page < $1) AND EXISTS (SELECT page FROM nothing WHERE page = 3 GROUP BY page) IS FALSE
-- fires
SELECT DISTINCT page FROM nothing
-- declines exact undetermined
SELECT DISTINCT price FROM hits
-- declines exact undetermined
SELECT DISTINCT word FROM hits
-- declines! index
-- for c: plain | part
SELECT DISTINCT {c} FROM hits
-- declines! many
SELECT count(DISTINCT n) FROM big
-- ignores
-- for q: SELECT DISTINCT site, page FROM hits | SELECT site, count(*) FROM hits GROUP BY site | SELECT DISTINCT site FROM hits WHERE id > 3 | SELECT site FROM hits | SELECT max(site) FROM hits | SELECT sum(DISTINCT site) + count(site) FROM hits | SELECT DISTINCT site, row_number() OVER (ORDER BY site) FROM hits | SELECT DISTINCT h.site FROM hits h JOIN nothing n ON n.page = h.site | SELECT DISTINCT site FROM ONLY hits | SELECT DISTINCT count(*) FROM hits WHERE site = 1 | SELECT DISTINCT h FROM hits h
{q}
