-- source: https://www.postgresql.org/docs/18/ddl-constraints.html
-- part: plain
CREATE TABLE tenants (tenant_id integer PRIMARY KEY);
-- becomes
CREATE TABLE tenants (tenant_id integer PRIMARY KEY);
CREATE TABLE users (tenant_id integer REFERENCES tenants ON DELETE CASCADE, user_id integer NOT NULL, PRIMARY KEY (tenant_id, user_id));
CREATE TABLE posts (tenant_id integer REFERENCES tenants ON DELETE CASCADE, post_id integer NOT NULL, author_id integer, PRIMARY KEY (tenant_id, post_id),
  FOREIGN KEY (tenant_id, author_id) REFERENCES users ON DELETE SET NULL (author_id));
