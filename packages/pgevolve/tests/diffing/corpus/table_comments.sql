-- source: https://www.postgresql.org/docs/18/sql-comment.html
-- part: plain
CREATE TABLE my_table (my_column integer PRIMARY KEY, other text);
COMMENT ON TABLE my_table IS 'This is my table.';
COMMENT ON COLUMN my_table.other IS 'goes';
-- becomes
CREATE TABLE my_table (my_column integer PRIMARY KEY, other text);
COMMENT ON TABLE my_table IS 'It''s \ mine.';
COMMENT ON COLUMN my_table.my_column IS 'Employee ID number';
COMMENT ON CONSTRAINT my_table_pkey ON my_table IS 'the key';
