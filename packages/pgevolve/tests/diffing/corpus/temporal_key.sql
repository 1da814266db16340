-- source: https://www.postgresql.org/docs/18/sql-createtable.html
-- part: plain
-- server: 18
-- becomes
CREATE TABLE booking (during tsrange, room int4range, CONSTRAINT booking_during UNIQUE (room, during WITHOUT OVERLAPS));
