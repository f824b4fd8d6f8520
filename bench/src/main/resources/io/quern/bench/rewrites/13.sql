-- an interval added to a column
-- rule
-- schema
CREATE TABLE events (id int PRIMARY KEY, at timestamp NOT NULL, day date NOT NULL, kind int NOT NULL);
INSERT INTO events SELECT g, '2020-01-01'::timestamp + g * interval '50 seconds', ('2020-01-01'::timestamp + g * interval '50 seconds')::date, g % 7 FROM generate_series(1, 3000000) g;
CREATE INDEX ON events (at);
CREATE INDEX ON events (day);
-- before
SELECT id FROM events WHERE at + interval '30 days' > timestamp '2024-11-01'
-- by hand
SELECT id FROM events WHERE at > timestamp '2024-11-01' - interval '30 days'
