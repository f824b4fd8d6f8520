-- makes a table: refused on purpose
SELECT a INTO b FROM t;
-- not a query of its own: what it runs is looked at when it is prepared or executed
EXPLAIN SELECT 1;
-- a command that makes a table
CREATE TABLE u AS SELECT 1;
-- a cursor's query cannot be exchanged later
DECLARE c CURSOR FOR SELECT 1;
-- a command that sends rows another way
COPY (SELECT 1) TO STDOUT;
-- prepares in SQL; the wire sees no message for it
PREPARE q AS SELECT 1;
-- PostgreSQL's grammar takes it and refuses it as not implemented
SELECT UNIQUE (SELECT 1);
