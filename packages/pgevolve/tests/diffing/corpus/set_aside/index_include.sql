-- source: https://www.postgresql.org/docs/18/indexes-index-only-scans.html
-- part: plain
CREATE TABLE tab (x integer, y text);
CREATE UNIQUE INDEX tab_x_y ON tab (x);
-- becomes
CREATE TABLE tab (x integer, y text);
CREATE UNIQUE INDEX tab_x_y ON tab (x) INCLUDE (y);
