-- source: https://www.postgresql.org/docs/18/ddl-partitioning.html
-- part: other
CREATE TABLE measurement (id int, logdate date NOT NULL, v int) PARTITION BY RANGE (logdate);
CREATE TABLE measurement_y2006 PARTITION OF measurement FOR VALUES FROM ('2006-01-01') TO ('2007-01-01');
CREATE TABLE measurement_y2007 PARTITION OF measurement FOR VALUES FROM ('2007-01-01') TO ('2008-01-01') PARTITION BY LIST (id);
CREATE TABLE measurement_y2007_1 PARTITION OF measurement_y2007 FOR VALUES IN (1, 2);
-- becomes
CREATE TABLE measurement (id int, logdate date NOT NULL, v int) PARTITION BY RANGE (logdate);
CREATE TABLE measurement_y2006 PARTITION OF measurement FOR VALUES FROM ('2006-01-01') TO ('2007-01-01');
CREATE TABLE measurement_y2007 PARTITION OF measurement FOR VALUES FROM ('2007-01-01') TO ('2008-01-01') PARTITION BY LIST (id);
CREATE TABLE measurement_y2007_1 PARTITION OF measurement_y2007 FOR VALUES IN (1, 2);
CREATE INDEX measurement_usls_idx ON measurement (v);
