-- verdict: dangerous
-- source: specification of pgevolve, section 6: many ACCESS EXCLUSIVE locks in one transaction
ALTER TABLE a ADD COLUMN x int;
ALTER TABLE b ADD COLUMN x int;
ALTER TABLE c ADD COLUMN x int;
ALTER TABLE d ADD COLUMN x int;
ALTER TABLE e ADD COLUMN x int;
