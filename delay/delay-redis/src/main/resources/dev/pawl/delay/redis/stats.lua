-- Purpose: counts what a partition holds. Follows partition.lua.
-- KEYS[1] and KEYS[2]: as there
-- KEYS[3]: the dead letters
-- ARGV: none
-- RETURNS: {jobs, deliveries that stand, jobs that are due, dead letters, bytes of bodies, whether paused}
-- ATOMIC: it writes nothing
return {
  redis.call('ZCARD', KEYS[2]) - 1, out, redis.call('ZCOUNT', KEYS[2], '-inf', now), redis.call('HLEN', KEYS[3]) - 1,
  bytes, paused,
}
