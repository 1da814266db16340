-- The states of a post or page: which follows which, and the dates that go with them. The first publication dates
-- the row; leaving `scheduled` clears its date; nothing is published in the future.
CREATE FUNCTION public.posts_lifecycle() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $f$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.status <> OLD.status AND NOT (CASE OLD.status
       WHEN 'draft' THEN true
       WHEN 'review' THEN true
       WHEN 'scheduled' THEN true
       WHEN 'published' THEN NEW.status = 'archived'
       ELSE NEW.status IN ('draft', 'published') END)
  THEN
    RAISE check_violation USING
      CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA, COLUMN = 'status',
      MESSAGE = format('%s becomes no %s', OLD.status, NEW.status);
  END IF;
  IF NEW.status = 'published' THEN
    NEW.published_at := coalesce(NEW.published_at, now());
    IF NEW.published_at > clock_timestamp() THEN
      RAISE check_violation USING
        CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA, COLUMN = 'published_at',
        MESSAGE = 'nothing is published in the future; schedule it';
    END IF;
  END IF;
  IF TG_OP = 'UPDATE' AND OLD.status = 'scheduled' AND NEW.status <> 'scheduled' THEN
    NEW.scheduled_at := NULL;
  END IF;
  RETURN NEW;
END
$f$;
