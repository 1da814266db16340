-- verdict: dangerous
-- source: https://github.com/langgenius/dify/issues/37706: an unbatched UPDATE in the migration
ALTER TABLE apps ADD COLUMN maintainer uuid;
UPDATE apps SET maintainer = created_by WHERE maintainer IS NULL;
