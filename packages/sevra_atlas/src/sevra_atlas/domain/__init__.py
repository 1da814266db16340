"""Rules of use: plain functions over a caller's session. They never commit and know no HTTP."""
