-- source: https://www.postgresql.org/docs/18/ddl-partitioning.html
-- part: other
CREATE TABLE measurement (id int, logdate date NOT NULL) PARTITION BY RANGE (logdate);
CREATE TABLE measurement_y2008 PARTITION OF measurement FOR VALUES FROM ('2008-01-01') TO ('2009-01-01');
-- becomes
CREATE TABLE measurement (id int, logdate date NOT NULL) PARTITION BY RANGE (logdate);
CREATE TABLE measurement_y2008 (id int, logdate date NOT NULL);
