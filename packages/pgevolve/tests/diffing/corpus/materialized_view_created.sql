-- source: https://www.postgresql.org/docs/18/rules-materializedviews.html
-- part: other
CREATE TABLE invoice (invoice_no integer PRIMARY KEY, seller_no integer, invoice_date date, invoice_amt numeric(13, 2));
-- becomes
CREATE TABLE invoice (invoice_no integer PRIMARY KEY, seller_no integer, invoice_date date, invoice_amt numeric(13, 2));
CREATE MATERIALIZED VIEW sales_summary AS SELECT seller_no, invoice_date, sum(invoice_amt)::numeric(13, 2) AS sales_amt FROM invoice GROUP BY seller_no, invoice_date;
CREATE UNIQUE INDEX sales_summary_seller ON sales_summary (seller_no, invoice_date);
COMMENT ON MATERIALIZED VIEW sales_summary IS 'by day';
GRANT SELECT ON sales_summary TO corpus_reader;
