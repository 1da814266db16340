-- verdict: safe
-- source: PostgreSQL 18, CREATE FUNCTION, "Writing SECURITY DEFINER Functions Safely"
CREATE FUNCTION is_admin(who text) RETURNS boolean LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS 'SELECT true FROM public.admins WHERE name = who';
