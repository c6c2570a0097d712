-- Purpose: counts what a partition holds. Follows partition.lua, which names the keys.
-- KEYS: none
-- ARGV: none
-- RETURNS: {jobs, deliveries that stand, jobs that are due, dead letters, bytes of bodies, whether paused}
-- ATOMIC: it writes nothing
return {
  redis.call('ZCARD', times) - 1, out, redis.call('ZCOUNT', times, '-inf', now), redis.call('HLEN', dead) - 1,
  bytes, paused,
}
