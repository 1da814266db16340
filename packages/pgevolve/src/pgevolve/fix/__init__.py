"""`check --fix`: hand-written SQL made safe, a finding at a time, each by the form known for its rule.

`fixing` finds and applies, on texts alone; `forms` holds the safe forms, one file a family; `files` reads and
writes.
"""
