-- Keeps the text that a change of a post replaces; the 100 newest of a post stay. The post's row lock makes the
-- numbers follow each other.
CREATE FUNCTION public.keep_revision() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $f$
DECLARE
  number integer;
BEGIN
  SELECT coalesce(max(r.version), 0) + 1 INTO number FROM public.revisions r WHERE r.post_id = NEW.id;
  INSERT INTO public.revisions (post_id, version, editor_id, title, excerpt, content, change_note)
  VALUES (NEW.id, number, nullif(current_setting('sevra.actor_id', true), '')::bigint,
          OLD.title, OLD.excerpt, OLD.content, left(coalesce(current_setting('sevra.reason', true), ''), 255));
  DELETE FROM public.revisions r WHERE r.post_id = NEW.id AND r.version <= number - 100;
  RETURN NULL;
END
$f$;
