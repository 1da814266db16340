-- The states of a post or page: which follows which, and the dates that go with them. The first publication dates
-- the row; leaving `scheduled` clears its date; nothing is published in the future. A post that enters a series
-- without a place gets the next one, behind posts in the trash too. The advisory lock makes those who ask follow each
-- other; it is no row lock, because the counters of taxonomies lock categories before series. A snapshot older than
-- the lock would not see the post before.
CREATE FUNCTION public.posts_lifecycle() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $f$
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
  IF TG_TABLE_NAME = 'posts' THEN
    IF NEW.series_id IS NOT NULL AND NEW.series_position IS NULL THEN
      IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION USING ERRCODE = '25001', MESSAGE = 'numbering a post of a series needs READ COMMITTED';
      END IF;
      PERFORM pg_advisory_xact_lock('public.series'::regclass::integer, hashint8(NEW.series_id));
      NEW.series_position := (SELECT coalesce(max(p.series_position), 0) + 1 FROM public.posts p
                               WHERE p.series_id = NEW.series_id AND p.id <> NEW.id);
    END IF;
  END IF;
  RETURN NEW;
END
$f$;
