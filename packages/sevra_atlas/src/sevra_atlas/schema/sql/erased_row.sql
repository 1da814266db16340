-- What stays of a row when a person is forgotten: the row itself when it is not theirs, without what tells who they
-- were where a record must stay, NULL where none must.
CREATE FUNCTION public.erased_row(p_table name, p_row jsonb, p_user bigint) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $f$
DECLARE
  person text := p_user::text;
  unsigned_row CONSTANT jsonb := '{"ip": null, "user_agent": null}';
BEGIN
  IF p_table = 'users' AND p_row ->> 'id' = person THEN
    RETURN p_row || jsonb_build_object('username', 'erased-' || person, 'referral_code', 'erased-' || person)
           || '{"first_name": "", "last_name": "", "email": null, "phone_number": null, "is_phone_verified": false,
                "avatar_media_id": null, "gender": "UNSPECIFIED", "bio": null, "password_hash": null, "city_id": null,
                "last_login_at": null, "status": "SUSPENDED"}';
  ELSIF p_table = 'author_profiles' AND p_row ->> 'id' = person THEN
    RETURN p_row || '{"display_name": "-", "bio": "", "avatar_id": null}';
  ELSIF p_table = 'reviews' AND p_row ->> 'author_id' = person THEN
    RETURN p_row || unsigned_row || '{"title": null, "body": null}';
  ELSIF p_table = 'comments' AND p_row ->> 'user_id' = person THEN
    RETURN p_row || unsigned_row || '{"content": "-"}';
  END IF;
  RETURN CASE WHEN EXISTS (
    SELECT FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
     WHERE c.conrelid = format('public.%I', p_table)::regclass AND c.contype = 'f' AND c.confdeltype = 'c'
       AND c.confrelid = 'public.users'::regclass AND p_row ->> a.attname = person) THEN NULL ELSE p_row END;
END
$f$;
