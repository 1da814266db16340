-- source: https://www.postgresql.org/docs/18/ddl-partitioning.html
-- part: other
CREATE TABLE m (id int, at date NOT NULL);
-- becomes
CREATE TABLE m (id int, at date NOT NULL) PARTITION BY RANGE (at);
