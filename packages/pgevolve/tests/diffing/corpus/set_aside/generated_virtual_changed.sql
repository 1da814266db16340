-- source: https://www.postgresql.org/docs/18/sql-altertable.html
-- part: plain
-- server: 18
CREATE TABLE people (height_cm numeric, height_in numeric GENERATED ALWAYS AS (height_cm / 2.54) VIRTUAL);
-- becomes
CREATE TABLE people (height_cm numeric, height_in numeric GENERATED ALWAYS AS (height_cm / 2.5) VIRTUAL);
