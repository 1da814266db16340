-- verdict: safe
-- source: PostgreSQL 18, Lexical Structure, quoted identifiers
ALTER TABLE "Bestellungen" ADD COLUMN "größe" integer;
