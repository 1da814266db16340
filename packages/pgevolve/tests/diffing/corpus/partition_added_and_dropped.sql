-- source: https://www.postgresql.org/docs/18/ddl-partitioning.html
-- part: other
CREATE TABLE measurement (id int, logdate date NOT NULL) PARTITION BY RANGE (logdate);
CREATE TABLE measurement_y2006 PARTITION OF measurement FOR VALUES FROM ('2006-01-01') TO ('2007-01-01');
CREATE INDEX measurement_id ON measurement (id);
-- becomes
CREATE TABLE measurement (id int, logdate date NOT NULL) PARTITION BY RANGE (logdate);
CREATE TABLE measurement_y2007 PARTITION OF measurement FOR VALUES FROM ('2007-01-01') TO ('2008-01-01');
CREATE INDEX measurement_id ON measurement (id);
