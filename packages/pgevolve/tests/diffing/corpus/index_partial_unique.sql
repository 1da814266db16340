-- source: https://www.postgresql.org/docs/18/indexes-partial.html
-- part: plain
CREATE TABLE tests (subject text, target text, success boolean);
-- becomes
CREATE TABLE tests (subject text, target text, success boolean);
CREATE UNIQUE INDEX tests_success_constraint ON tests (subject, target) WHERE success;
