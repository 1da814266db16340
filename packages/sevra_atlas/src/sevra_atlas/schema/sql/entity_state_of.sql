-- What a visitor may see of a row, from the row's own columns.
CREATE FUNCTION public.entity_state_of(kind public.entity_type, entity jsonb) RETURNS public.entity_state
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $f$
  SELECT (CASE
    WHEN entity ->> 'deleted_at' IS NOT NULL THEN 'deleted'
    WHEN kind IN ('BLOG_POST', 'BLOG_PAGE') THEN
      CASE WHEN entity ->> 'status' = 'archived' THEN 'retired'
           WHEN entity ->> 'status' <> 'published' OR entity ->> 'visibility' = 'private' THEN 'hidden'
           WHEN entity ->> 'visibility' = 'unlisted' THEN 'unlisted'
           ELSE 'public' END
    WHEN kind = 'REVIEW' THEN CASE entity ->> 'status' WHEN 'PUBLISHED' THEN 'public' ELSE 'hidden' END
    WHEN kind = 'COMMENT' THEN CASE entity ->> 'status' WHEN 'approved' THEN 'public' ELSE 'hidden' END
    WHEN kind = 'CERTIFICATION' THEN CASE WHEN entity ->> 'verified_at' IS NULL THEN 'hidden' ELSE 'public' END
    WHEN kind = 'MEDIA' THEN CASE WHEN (entity ->> 'is_private')::boolean THEN 'hidden' ELSE 'public' END
    WHEN kind = 'CITY' THEN CASE WHEN (entity ->> 'is_landing_enabled')::boolean THEN 'public' ELSE 'hidden' END
    ELSE CASE coalesce(entity ->> 'status', 'ACTIVE') WHEN 'ACTIVE' THEN 'public' ELSE 'hidden' END
  END)::public.entity_state
$f$;
