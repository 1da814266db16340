-- source: trap: checks compared by name only
-- part: plain
CREATE TABLE products (price numeric, CONSTRAINT price_check CHECK (price > 0));
-- becomes
CREATE TABLE products (price numeric, CONSTRAINT price_check CHECK (price >= 0));
