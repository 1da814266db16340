-- source: https://www.postgresql.org/docs/18/ddl-partitioning.html
-- part: other
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE m (id int NOT NULL, at date NOT NULL, p_id int) PARTITION BY RANGE (at);
CREATE TABLE m_1 PARTITION OF m FOR VALUES FROM ('2008-01-01') TO ('2009-01-01');
-- becomes
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE m (id int, at date, p_id int REFERENCES p, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE m_1 PARTITION OF m FOR VALUES FROM ('2008-01-01') TO ('2009-01-01');
