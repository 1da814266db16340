-- source: trap: another kind under the same name
-- part: other
CREATE VIEW v AS SELECT 1 AS a;
-- becomes
CREATE TABLE v (a integer);
