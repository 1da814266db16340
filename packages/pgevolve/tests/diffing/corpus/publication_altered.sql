-- source: https://www.postgresql.org/docs/18/sql-alterpublication.html
-- part: other
-- alone
CREATE TABLE users (id integer PRIMARY KEY, firstname text);
CREATE TABLE departments (id integer PRIMARY KEY, active boolean);
CREATE SCHEMA sales;
CREATE PUBLICATION noinsert FOR TABLE users;
CREATE PUBLICATION production FOR TABLES IN SCHEMA sales;
CREATE PUBLICATION gone FOR ALL TABLES;
-- becomes
CREATE TABLE users (id integer PRIMARY KEY, firstname text);
CREATE TABLE departments (id integer PRIMARY KEY, active boolean);
CREATE SCHEMA sales;
CREATE PUBLICATION noinsert FOR TABLE users, departments WITH (publish = 'update, delete');
CREATE PUBLICATION production FOR TABLE departments, TABLES IN SCHEMA public;
