-- source: https://www.postgresql.org/docs/18/tutorial-sql.html
-- part: plain
CREATE TABLE weather (city varchar(80), temp_lo int, temp_hi int, prcp real, date date);
CREATE TABLE cities (name varchar(80), location point);
-- becomes
CREATE TABLE cities (name varchar(80) PRIMARY KEY, location point);
CREATE TABLE weather (city varchar(80) REFERENCES cities (name), temp_lo int, temp_hi int, prcp real, date date NOT NULL DEFAULT CURRENT_DATE, CHECK (temp_hi >= temp_lo));
CREATE INDEX weather_city ON weather (city, date DESC);
