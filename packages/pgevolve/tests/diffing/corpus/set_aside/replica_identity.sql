-- source: https://www.postgresql.org/docs/18/sql-altertable.html
-- part: other
CREATE TABLE a (x int NOT NULL);
CREATE TABLE b (x int NOT NULL);
CREATE UNIQUE INDEX b_x ON b (x);
ALTER TABLE a REPLICA IDENTITY FULL;
-- becomes
CREATE TABLE a (x int NOT NULL);
CREATE TABLE b (x int NOT NULL);
CREATE UNIQUE INDEX b_x ON b (x);
ALTER TABLE b REPLICA IDENTITY USING INDEX b_x;
