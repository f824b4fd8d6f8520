-- the newest row of each group
-- rule
-- schema
CREATE TABLE readings (id int PRIMARY KEY, sensor int NOT NULL, at timestamp NOT NULL, value int NOT NULL);
INSERT INTO readings SELECT g, g % 600, '2024-01-01'::timestamp + g * interval '1 second', g % 77 FROM generate_series(1, 6000) g;
-- before
SELECT r.id, r.value FROM readings r
WHERE r.at = (SELECT max(x.at) FROM readings x WHERE x.sensor = r.sensor)
-- by hand
SELECT id, value FROM (SELECT id, value, at, max(at) OVER (PARTITION BY sensor) AS newest FROM readings) r WHERE at = newest
