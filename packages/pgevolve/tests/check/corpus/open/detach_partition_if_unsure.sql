-- verdict: dangerous
-- source: https://github.com/sbdchd/squawk/issues/831: DETACH without CONCURRENTLY
ALTER TABLE measurements DETACH PARTITION measurements_2020;
