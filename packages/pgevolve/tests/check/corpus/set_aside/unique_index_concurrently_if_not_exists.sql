-- verdict: dangerous
-- source: https://github.com/chatwoot/chatwoot/issues/15885: a retry skips the invalid index
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS users_email ON users (email);
