-- source: https://www.postgresql.org/docs/18/arrays.html
-- part: plain
CREATE TABLE sal_emp (name text, pay_by_quarter integer[], schedule text[][]);
-- becomes
CREATE TABLE sal_emp (name text, pay_by_quarter bigint[], schedule text[]);
