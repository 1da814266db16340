-- form: varchar(50) to varchar(100)
ALTER TABLE t ALTER COLUMN v50 TYPE varchar(100);
-- form: varchar(50) to varchar(10)
ALTER TABLE t ALTER COLUMN v50 TYPE varchar(10);
-- form: varchar(50) to varchar
ALTER TABLE t ALTER COLUMN v50 TYPE varchar;
-- form: varchar(50) to text
ALTER TABLE t ALTER COLUMN v50 TYPE text;
-- form: varchar to text
ALTER TABLE t ALTER COLUMN v TYPE text;
-- form: text to varchar
ALTER TABLE t ALTER COLUMN txt TYPE varchar;
-- form: text to varchar(100)
ALTER TABLE t ALTER COLUMN txt TYPE varchar(100);
-- form: varchar to varchar(100)
ALTER TABLE t ALTER COLUMN v TYPE varchar(100);
-- form: char(10) to char(20)
ALTER TABLE t ALTER COLUMN ch TYPE char(20);
-- form: char(10) to text
ALTER TABLE t ALTER COLUMN ch TYPE text;
-- form: char(10) to varchar(10)
ALTER TABLE t ALTER COLUMN ch TYPE varchar(10);
-- form: text to char(10)
ALTER TABLE t ALTER COLUMN txt TYPE char(10);
-- form: text to a domain without a constraint
ALTER TABLE t ALTER COLUMN v TYPE plain_text;
-- form: a domain without a constraint to text
ALTER TABLE t ALTER COLUMN pt TYPE text;
-- form: a domain with a constraint to text
ALTER TABLE t ALTER COLUMN mail TYPE text;
-- form: text to a domain with a constraint
ALTER TABLE t ALTER COLUMN v TYPE email USING (v || '@example.org');
-- form: a domain to a domain with a constraint
ALTER TABLE t ALTER COLUMN mail TYPE email USING mail::email;
-- form: int to bigint
ALTER TABLE t ALTER COLUMN def TYPE bigint;
-- form: smallint to int
ALTER TABLE t ALTER COLUMN small TYPE int;
-- form: bigint to int
ALTER TABLE t ALTER COLUMN big TYPE int;
-- form: int to numeric
ALTER TABLE t ALTER COLUMN def TYPE numeric;
-- form: int to text
ALTER TABLE t ALTER COLUMN def TYPE text USING def::text;
-- form: int to oid
ALTER TABLE t ALTER COLUMN def TYPE oid;
-- form: oid to bigint
ALTER TABLE t ALTER COLUMN o TYPE bigint;
-- form: numeric(10,2) to numeric(12,2)
ALTER TABLE t ALTER COLUMN num TYPE numeric(12, 2);
-- form: numeric(10,2) to numeric(12,4)
ALTER TABLE t ALTER COLUMN num TYPE numeric(12, 4);
-- form: numeric(10,2) to numeric(8,2)
ALTER TABLE t ALTER COLUMN num TYPE numeric(8, 2);
-- form: numeric(10,2) to numeric
ALTER TABLE t ALTER COLUMN num TYPE numeric;
-- form: numeric to numeric(10,2)
ALTER TABLE t ALTER COLUMN num0 TYPE numeric(10, 2);
-- form: real to double precision
ALTER TABLE t ALTER COLUMN f4 TYPE double precision;
-- form: double precision to numeric
ALTER TABLE t ALTER COLUMN f8 TYPE numeric;
-- form: date to timestamp
ALTER TABLE t ALTER COLUMN d TYPE timestamp;
-- form: date to timestamptz
ALTER TABLE t ALTER COLUMN d TYPE timestamptz;
-- form: timestamp to date
ALTER TABLE t ALTER COLUMN ts TYPE date;
-- form: timestamp to timestamptz in the time zone UTC
ALTER TABLE t ALTER COLUMN ts TYPE timestamptz;
-- form: timestamptz to timestamp in the time zone UTC
ALTER TABLE t ALTER COLUMN tz TYPE timestamp;
-- form: timestamp to timestamptz with a zone named
ALTER TABLE t ALTER COLUMN ts TYPE timestamptz USING ts AT TIME ZONE 'UTC';
-- form: timestamp(3) to timestamp(6)
ALTER TABLE t ALTER COLUMN ts3 TYPE timestamp(6);
-- form: timestamp(3) to timestamp
ALTER TABLE t ALTER COLUMN ts3 TYPE timestamp;
-- form: timestamp to timestamp(3)
ALTER TABLE t ALTER COLUMN ts TYPE timestamp(3);
-- form: time(3) to time(6)
ALTER TABLE t ALTER COLUMN tod TYPE time(6);
-- form: interval to interval(3)
ALTER TABLE t ALTER COLUMN iv TYPE interval(3);
-- form: json to jsonb
ALTER TABLE t ALTER COLUMN j TYPE jsonb;
-- form: jsonb to json
ALTER TABLE t ALTER COLUMN jb TYPE json;
-- form: uuid to text
ALTER TABLE t ALTER COLUMN u TYPE text;
-- form: text to bytea
ALTER TABLE t ALTER COLUMN v TYPE bytea USING v::bytea;
-- form: cidr to inet
ALTER TABLE t ALTER COLUMN net TYPE inet;
-- form: inet to cidr
ALTER TABLE t ALTER COLUMN ip TYPE cidr USING set_masklen(ip, 32)::cidr;
-- form: inet to text
ALTER TABLE t ALTER COLUMN ip TYPE text;
-- form: enum to text
ALTER TABLE t ALTER COLUMN m TYPE text;
-- form: boolean to int
ALTER TABLE t ALTER COLUMN flag TYPE int USING flag::int;
-- form: varbit(8) to varbit(16)
ALTER TABLE t ALTER COLUMN vbits TYPE varbit(16);
-- form: varbit(8) to varbit
ALTER TABLE t ALTER COLUMN vbits TYPE varbit;
-- form: bit(8) to varbit
ALTER TABLE t ALTER COLUMN bits TYPE varbit;
-- form: bit(8) to bit(16)
ALTER TABLE t ALTER COLUMN bits TYPE bit(16) USING bits::bit(16);
-- form: int[] to bigint[]
ALTER TABLE t ALTER COLUMN arr TYPE bigint[];
-- form: text[] to varchar[]
ALTER TABLE t ALTER COLUMN tarr TYPE varchar[];
-- form: the same type again
ALTER TABLE t ALTER COLUMN p_id TYPE int;
-- form: the same type with an expression
ALTER TABLE t ALTER COLUMN p_id TYPE int USING p_id + 1;
-- form: the same type with another collation
ALTER TABLE t ALTER COLUMN v50 TYPE varchar(50) COLLATE "C";
-- form: the type of a column of a primary key, int to bigint
ALTER TABLE plain ALTER COLUMN id TYPE bigint;
-- form: the type of a column of a partitioned table
ALTER TABLE measures ALTER COLUMN v TYPE bigint;
-- form: two changes of type at once, one of which rewrites
ALTER TABLE t ALTER COLUMN v50 TYPE varchar(100), ALTER COLUMN small TYPE int;
-- form: a change of type that lets a check be looked at again
-- setup: ALTER TABLE t ADD CONSTRAINT v_check CHECK (v <> '');
ALTER TABLE t ALTER COLUMN v TYPE text;
