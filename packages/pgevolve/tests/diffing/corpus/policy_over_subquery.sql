-- source: https://www.postgresql.org/docs/18/ddl-rowsecurity.html
-- part: other
CREATE TABLE groups (group_id int PRIMARY KEY);
CREATE TABLE users (user_name text PRIMARY KEY, group_id int NOT NULL REFERENCES groups);
CREATE TABLE information (info text, group_id int NOT NULL REFERENCES groups);
-- becomes
CREATE TABLE groups (group_id int PRIMARY KEY);
CREATE TABLE users (user_name text PRIMARY KEY, group_id int NOT NULL REFERENCES groups);
CREATE TABLE information (info text, group_id int NOT NULL REFERENCES groups);
ALTER TABLE information ENABLE ROW LEVEL SECURITY;
CREATE POLICY fp_s ON information FOR SELECT USING (group_id <= (SELECT group_id FROM users WHERE user_name = current_user));
