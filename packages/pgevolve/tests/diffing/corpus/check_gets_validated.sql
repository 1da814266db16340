-- source: https://www.postgresql.org/docs/18/sql-altertable.html
-- part: plain
CREATE TABLE distributors (zipcode text);
ALTER TABLE distributors ADD CONSTRAINT zipchk CHECK (char_length(zipcode) = 5) NOT VALID;
-- becomes
CREATE TABLE distributors (zipcode text, CONSTRAINT zipchk CHECK (char_length(zipcode) = 5));
