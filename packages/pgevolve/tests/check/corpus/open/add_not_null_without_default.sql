-- verdict: dangerous
-- source: rule of the product: default values safe or nullable
ALTER TABLE users ADD COLUMN phone text NOT NULL;
