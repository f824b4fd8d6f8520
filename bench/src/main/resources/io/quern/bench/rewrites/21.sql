-- a JSON field as text
-- rule
-- schema
CREATE TABLE docs (id int PRIMARY KEY, body jsonb NOT NULL, tags int[] NOT NULL);
INSERT INTO docs SELECT g, jsonb_build_object('type', 't' || (g % 20000), 'n', g), ARRAY[g % 20000, g % 17 + 20000] FROM generate_series(1, 500000) g;
CREATE INDEX ON docs USING gin (body jsonb_path_ops);
CREATE INDEX ON docs USING gin (tags);
-- before
SELECT id FROM docs WHERE body->>'type' = 't77'
-- by hand
SELECT id FROM docs WHERE body @> '{"type":"t77"}' AND body->>'type' = 't77'
