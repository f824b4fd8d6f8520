-- a join to a union
-- rule
-- schema
CREATE TABLE people (id int PRIMARY KEY, name text NOT NULL);
CREATE TABLE old_mail (id int PRIMARY KEY, person int NOT NULL, subject text NOT NULL);
CREATE TABLE new_mail (id int PRIMARY KEY, person int NOT NULL, subject text NOT NULL);
INSERT INTO people SELECT g, 'p' || g FROM generate_series(1, 50000) g;
INSERT INTO old_mail SELECT g, 1 + g % 50000, 's' || g FROM generate_series(1, 500000) g;
INSERT INTO new_mail SELECT g + 500000, 1 + g % 50000, 's' || g FROM generate_series(1, 500000) g;
CREATE INDEX ON people (name);
CREATE INDEX ON old_mail (person);
CREATE INDEX ON new_mail (person);
CREATE VIEW mail AS SELECT id, person, subject FROM old_mail UNION SELECT id, person, subject FROM new_mail;
-- before
SELECT p.name, m.subject FROM people p JOIN mail m ON m.person = p.id WHERE p.name = 'p77'
-- by hand
SELECT p.name, m.subject FROM people p JOIN LATERAL (SELECT id, person, subject FROM old_mail x WHERE x.person = p.id UNION SELECT id, person, subject FROM new_mail y WHERE y.person = p.id) m ON true WHERE p.name = 'p77'
