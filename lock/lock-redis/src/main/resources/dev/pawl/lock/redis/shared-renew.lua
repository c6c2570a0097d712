-- Purpose: lets the lease of a reader, a writer or a permit count anew, or only looks whether it still runs.
-- KEYS[1]: the record, as shared-acquire.lua describes it
-- KEYS[2]: the holders by the end of their leases
-- KEYS[3]: the holders by base
-- KEYS[4]: the tombstones
-- ARGV[1]: mode and attempt
-- ARGV[2]: base
-- ARGV[3]: lease and lock-delay, ms; 0 to look only
-- ARGV[4]: how long the record is kept after its last use, ms; longer than any lease and lock-delay
-- RETURNS: 1 if it is held by this attempt under this base, else 0; a lease that has ended or is refused is not revived
-- ATOMIC: the look at the holder and the renewal; time is the server's
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local record = redis.call('GET', KEYS[1])
if record and string.sub(record, 1, 1) ~= '1' then
  return redis.error_reply('PAWLFORMAT record must have format 1: format=' .. string.sub(record, 1, 1))
end
local base = redis.call('ZSCORE', KEYS[3], ARGV[1])
local ends = redis.call('ZSCORE', KEYS[2], ARGV[1])
if not base or not ends or tonumber(base) ~= tonumber(ARGV[2]) or tonumber(ends) <= now then
  return 0
end
local tomb = redis.call('ZSCORE', KEYS[4], string.sub(ARGV[1], 2))
if tomb and tonumber(tomb) > now then
  return 0
end
local extension = tonumber(ARGV[3])
if extension > 0 then
  redis.call('ZADD', KEYS[2], math.max(tonumber(ends), now + extension), ARGV[1])
  local last = redis.call('ZRANGE', KEYS[2], -1, -1, 'WITHSCORES')[2]
  redis.call('PEXPIREAT', KEYS[2], string.format('%.0f', last + 1))
  redis.call('PEXPIREAT', KEYS[3], string.format('%.0f', last + 1))
  redis.call('PEXPIRE', KEYS[1], ARGV[4])
end
return 1
