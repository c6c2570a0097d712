-- Purpose: returns its key and its argument, of every type that a reply has.
-- KEYS[1]: any
-- ARGV[1]: any
-- RETURNS: {the key, the argument, an integer, absent}
-- ATOMIC: it reads and writes nothing
return {KEYS[1], ARGV[1], 7, false}
