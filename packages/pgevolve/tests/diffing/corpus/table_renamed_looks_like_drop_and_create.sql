-- source: trap: a rename planned as drop and add
-- part: plain
-- intent: table clients was customers
CREATE TABLE customers (id integer PRIMARY KEY, email text);
-- becomes
CREATE TABLE clients (id integer PRIMARY KEY, email text);
