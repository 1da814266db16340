-- The province of a listing is that of its city.
CREATE FUNCTION public.fill_province() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $f$
BEGIN
  SELECT c.province_id INTO NEW.province_id FROM public.cities c WHERE c.id = NEW.city_id;
  RETURN NEW;
END
$f$;
