-- an integer cast to text
-- rule
-- schema
CREATE TABLE numbers (id int PRIMARY KEY, n int NOT NULL, code text NOT NULL, opt text, f text NOT NULL, tail int NOT NULL);
INSERT INTO numbers SELECT g, g, 'k' || g, CASE WHEN g % 4 > 0 THEN 'v' || g END, 'f' || (g % 1000), g % 5000 FROM generate_series(1, 2000000) g;
CREATE INDEX ON numbers (n);
CREATE INDEX ON numbers (opt);
CREATE INDEX ON numbers (f, tail);
CREATE INDEX ON numbers (code text_pattern_ops);
-- before
SELECT n FROM numbers WHERE id::text = '777'
-- by hand
SELECT n FROM numbers WHERE id = 777
