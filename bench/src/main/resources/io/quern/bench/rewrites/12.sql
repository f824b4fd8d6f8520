-- a timestamp cast to date
-- rule
-- schema
CREATE TABLE events (id int PRIMARY KEY, at timestamp NOT NULL, day date NOT NULL, kind int NOT NULL);
INSERT INTO events SELECT g, '2020-01-01'::timestamp + g * interval '50 seconds', ('2020-01-01'::timestamp + g * interval '50 seconds')::date, g % 7 FROM generate_series(1, 3000000) g;
CREATE INDEX ON events (at);
CREATE INDEX ON events (day);
-- before
SELECT id FROM events WHERE at::date = '2022-03-05'
-- by hand
SELECT id FROM events WHERE at >= '2022-03-05' AND at < '2022-03-06'
