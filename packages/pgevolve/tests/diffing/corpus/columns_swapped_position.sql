-- source: trap: order of columns
-- part: plain
CREATE TABLE products (a integer, b text, c date);
-- becomes
CREATE TABLE products (c date, a integer, b text);
