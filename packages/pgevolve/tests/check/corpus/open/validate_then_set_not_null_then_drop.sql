-- verdict: safe
-- source: https://github.com/ankane/strong_migrations/issues/137: the second half of the recipe
CREATE TABLE tasks (id bigint PRIMARY KEY, project_id bigint);
-- next file
ALTER TABLE tasks ADD CONSTRAINT p CHECK (project_id IS NOT NULL) NOT VALID;
-- next file
ALTER TABLE tasks VALIDATE CONSTRAINT p;
ALTER TABLE tasks ALTER COLUMN project_id SET NOT NULL;
ALTER TABLE tasks DROP CONSTRAINT p;
