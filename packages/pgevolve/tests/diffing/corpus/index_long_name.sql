-- source: trap: identifiers of 63 bytes
-- part: plain
CREATE TABLE t (a integer, b integer);
CREATE INDEX a_name_of_an_index_that_has_exactly_as_many_bytes_as_fit_in_one ON t (a);
-- becomes
CREATE TABLE t (a integer, b integer);
CREATE INDEX a_name_of_an_index_that_has_exactly_as_many_bytes_as_fit_in_one ON t (b, a);
