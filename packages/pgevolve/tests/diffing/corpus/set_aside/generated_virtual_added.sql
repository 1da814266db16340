-- source: https://www.postgresql.org/docs/18/ddl-generated-columns.html
-- part: plain
-- server: 18
CREATE TABLE people (height_cm numeric);
-- becomes
CREATE TABLE people (height_cm numeric, height_in numeric GENERATED ALWAYS AS (height_cm / 2.54) VIRTUAL);
