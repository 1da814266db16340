-- verdict: dangerous
-- source: PostgreSQL 18, CREATE FUNCTION, "Writing SECURITY DEFINER Functions Safely"
CREATE FUNCTION is_admin(who text) RETURNS boolean LANGUAGE sql SECURITY DEFINER AS 'SELECT true FROM admins WHERE name = who';
