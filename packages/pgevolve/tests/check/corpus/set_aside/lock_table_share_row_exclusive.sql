-- verdict: dangerous
-- source: https://github.com/margince/margince/issues/1806: writers queue behind it
LOCK TABLE relationship IN SHARE ROW EXCLUSIVE MODE;
