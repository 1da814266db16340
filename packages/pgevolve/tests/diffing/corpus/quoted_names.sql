-- source: https://www.postgresql.org/docs/18/sql-syntax-lexical.html
-- part: plain
CREATE TABLE "Order" ("Select" integer, "a b" text, "ü""q" date);
-- becomes
CREATE TABLE "Order" ("Select" integer PRIMARY KEY, "a b" text DEFAULT 'x', "ü""q" date, "table" integer);
CREATE INDEX "Idx one" ON "Order" ("a b" DESC, "table");
