-- few distinct values of an indexed column
-- rule
-- schema
CREATE TABLE hits (id int PRIMARY KEY, site int NOT NULL);
INSERT INTO hits SELECT g, (g::bigint * 7919) % 60 FROM generate_series(1, 3000000) g;
CREATE INDEX ON hits (site);
-- before
SELECT DISTINCT site FROM hits
-- by hand
WITH RECURSIVE s AS ((SELECT site FROM hits ORDER BY site LIMIT 1) UNION ALL SELECT (SELECT h.site FROM hits h WHERE h.site > s.site ORDER BY h.site LIMIT 1) FROM s WHERE s.site IS NOT NULL)
SELECT site FROM s WHERE site IS NOT NULL
