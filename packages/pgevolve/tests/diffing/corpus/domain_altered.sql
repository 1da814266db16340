-- source: https://www.postgresql.org/docs/18/sql-alterdomain.html
-- part: other
CREATE DOMAIN zipcode AS text DEFAULT '00000' CONSTRAINT zipchk CHECK (char_length(VALUE) = 5);
CREATE TABLE us (postal_code zipcode);
-- becomes
CREATE DOMAIN zipcode AS text CONSTRAINT zipdigits CHECK (VALUE ~ '^\d{5}$');
CREATE TABLE us (postal_code zipcode);
COMMENT ON DOMAIN zipcode IS 'US postal code';
