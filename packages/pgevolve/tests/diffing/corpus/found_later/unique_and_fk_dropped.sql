-- source: trap: found while the planner was tried
-- part: plain
CREATE TABLE p (a int UNIQUE, b int);
CREATE TABLE c (a int REFERENCES p (a));
-- becomes
CREATE TABLE p (a int, b int);
CREATE TABLE c (a int);
