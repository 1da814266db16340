-- source: https://www.postgresql.org/docs/18/sql-altertable.html
-- part: other
CREATE TABLE m (id int, at date NOT NULL, gone text) PARTITION BY RANGE (at);
CREATE TABLE m_1 PARTITION OF m FOR VALUES FROM ('2008-01-01') TO ('2009-01-01');
-- becomes
CREATE TABLE m (id int, at date NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE m_1 PARTITION OF m FOR VALUES FROM ('2008-01-01') TO ('2009-01-01');
