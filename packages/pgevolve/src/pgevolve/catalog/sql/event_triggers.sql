SELECT v.oid, v.evtname AS name, v.evtevent AS event, v.evtfoid::regproc::text AS function, coalesce(v.evttags, '{}') AS tags,
       v.evtenabled::text AS enabled, pg_get_userbyid(v.evtowner) AS owner, obj_description(v.oid, 'pg_event_trigger') AS comment
FROM pg_event_trigger v
WHERE NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_event_trigger'::regclass AND e.objid = v.oid AND e.deptype = 'e')
