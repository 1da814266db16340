-- source: trap: a rename planned as drop and add
-- part: plain
-- intent: column customers.mail was email
CREATE TABLE customers (id integer PRIMARY KEY, email text);
-- becomes
CREATE TABLE customers (id integer PRIMARY KEY, mail text);
