"""The checker: rules that read a history of SQL, statement by statement, knowing the schema so far."""
