-- verdict: safe
-- source: PostgreSQL 18, CREATE STATISTICS: SHARE UPDATE EXCLUSIVE
CREATE STATISTICS users_city_name ON city, name FROM users;
