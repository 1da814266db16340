"""Reads of the public pages and of the API.

Statements are written in SQLAlchemy Core, compiled once to static SQL and run on psycopg. They name tables
without a schema: the search path of the connection begins with `live`, so a deleted row is out of reach.
Nothing here opens or ends a transaction; every function works in that of the connection it is given.
"""
