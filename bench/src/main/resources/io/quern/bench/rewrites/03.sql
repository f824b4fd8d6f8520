-- an OR inside EXISTS
-- rule
-- schema
CREATE TABLE people (id int PRIMARY KEY, name text NOT NULL);
CREATE TABLE links (a int, b int, PRIMARY KEY (a, b));
INSERT INTO people SELECT g, 'p' || g FROM generate_series(1, 2000) g;
INSERT INTO links SELECT 1 + (g * 31) % 60000, 1 + (g * 17) % 60000 FROM generate_series(1, 60000) g WHERE g % 5 > 0;
-- before
SELECT p.id FROM people p
WHERE EXISTS (SELECT 1 FROM links l WHERE l.a = p.id OR l.b = p.id)
-- by hand
SELECT p.id FROM people p
WHERE EXISTS (SELECT 1 FROM links l WHERE l.a = p.id) OR EXISTS (SELECT 1 FROM links l WHERE l.b = p.id)
