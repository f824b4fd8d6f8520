-- a comparison with ALL
-- rule
-- schema
CREATE TABLE scores (id int PRIMARY KEY, points int NOT NULL);
INSERT INTO scores SELECT g, (g::bigint * 7919) % 1000003 FROM generate_series(1, 30000) g;
CREATE INDEX ON scores (points);
-- before
SELECT id FROM scores WHERE points >= ALL (SELECT points FROM scores)
-- by hand
SELECT id FROM scores WHERE points >= (SELECT max(points) FROM scores) OR NOT EXISTS (SELECT 1 FROM scores)
