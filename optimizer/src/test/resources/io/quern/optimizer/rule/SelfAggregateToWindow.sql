-- schema
CREATE TABLE readings (id int PRIMARY KEY, sensor int NOT NULL, room int, at timestamp, value int, price numeric(10,2));
INSERT INTO readings SELECT i, i % 4, nullif(i % 5, 0), CASE WHEN i % 11 > 0 THEN timestamp '2024-01-01' + i * 7 % 13 * interval '1 day' END, nullif(i % 3, 0), i % 10 / 4.0 FROM generate_series(1, 60) i;
INSERT INTO readings VALUES (99, 9, 9, NULL, NULL, NULL), (98, 8, NULL, '2024-01-03', 1, 2);
CREATE TABLE rooms (room int, name text);
INSERT INTO rooms VALUES (1, 'a'), (2, 'b'), (NULL, 'c'), (9, 'd');
-- fires
SELECT r.id, r.value FROM readings r WHERE r.at = (SELECT max(x.at) FROM readings x WHERE x.sensor = r.sensor)
-- becomes
SELECT r.id, r.value FROM (SELECT x.id, x.sensor, x.at, x.value, max(x.at) OVER (PARTITION BY x.sensor) AS value2 FROM readings x) AS r WHERE r.at = r.value2
-- fires
-- for q: max(x.at) | min(at) | max(at) FILTER (WHERE value > 1)
-- for w: x.sensor = r.sensor | r.room = x.room | x.room = r.room AND x.value = 1 | r.room = x.room AND x.sensor = r.sensor AND (x.value = 2 OR x.value IS NULL)
SELECT * FROM readings AS r WHERE r.at = (SELECT {q} FROM readings x WHERE {w}) OR id = 7
-- fires
-- for q: sum(price) | avg(price) | count(*) | count(value) / 2.0 | coalesce(max(price), 0) | 0.5 * avg(price) FILTER (WHERE value = 1)
-- for o: > | = | <>
SELECT r.*, rooms.name FROM rooms LEFT JOIN rooms r2 ON true, readings r WHERE price {o} (SELECT sum(price) FROM readings WHERE sensor = r.sensor) AND r.room = rooms.room
-- fires
-- for q: sum(price) | avg(price) | count(*) | count(value) | coalesce(max(price), 0)
-- for o: > | = | <=
SELECT r.*, rooms.name FROM rooms JOIN readings r USING (room) WHERE price {o} (SELECT {q} FROM readings WHERE sensor = r.sensor AND value = 2)
-- fires
-- with int4 2
SELECT rooms.name, id FROM rooms LEFT JOIN readings ON readings.room = rooms.room WHERE (SELECT max(x.value) FROM readings x WHERE x.room = readings.room AND x.id > $1) <= readings.value AND EXISTS (SELECT 1 FROM readings y WHERE y.id = readings.id)
-- refuted nullable
SELECT id FROM readings r WHERE value > (SELECT count(*) FROM readings x WHERE x.room = r.room AND x.value > 3)
-- refuted nullable
SELECT rooms.name, r.id FROM rooms LEFT JOIN readings r ON r.room = rooms.room WHERE 0 = (SELECT count(*) FROM readings x WHERE x.sensor = r.sensor)
-- declines may-fail
SELECT id FROM readings r WHERE value = (SELECT max(1 / value) FROM readings x WHERE x.sensor = r.sensor)
-- declines! aggregate
SELECT id FROM readings r WHERE value = (SELECT count(DISTINCT value) FROM readings x WHERE x.sensor = r.sensor)
-- declines! correlation
SELECT id FROM readings r WHERE value = (SELECT max(value) FROM readings x WHERE x.sensor = r.sensor AND x.id < r.id)
-- declines! correlation
SELECT r.id FROM readings r JOIN readings s ON s.id = r.value WHERE r.value = (SELECT max(value) FROM readings x WHERE x.sensor = r.sensor AND x.room = s.room)
-- declines! row
-- for q: r | r.ctid | row_to_json(r.*) | (SELECT r.tableoid)
SELECT {q} FROM readings r WHERE value = (SELECT max(value) FROM readings x WHERE x.sensor = r.sensor)
-- declines! from
SELECT rooms.name FROM readings r NATURAL JOIN rooms WHERE value = (SELECT max(value) FROM readings x WHERE x.sensor = r.sensor)
-- declines! star
SELECT * FROM readings r JOIN rooms USING (room) WHERE value = (SELECT max(value) FROM readings x WHERE x.sensor = r.sensor)
-- ignores
-- for w: x.room = r.sensor | x.sensor > r.sensor | true
SELECT id FROM readings r WHERE value = (SELECT max(value) FROM readings x WHERE {w})
-- ignores
SELECT rooms.name FROM rooms WHERE room = (SELECT max(value) FROM readings x WHERE x.room = rooms.room)
-- ignores
SELECT id FROM readings r WHERE value = (SELECT max(value) FROM ONLY readings x WHERE x.sensor = r.sensor)
