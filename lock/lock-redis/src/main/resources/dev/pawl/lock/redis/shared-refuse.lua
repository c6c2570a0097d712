-- Purpose: refuses the renewals of a reader, a writer or a permit, so that its lease runs out.
-- KEYS[1]: the record, as shared-acquire.lua describes it
-- KEYS[2]: the holders by the end of their leases
-- KEYS[3]: the holders by base
-- KEYS[4]: the tombstones
-- ARGV[1]: mode and attempt
-- ARGV[2]: base
-- ARGV[3]: how long the record is kept after its last use, ms; longer than any lease and lock-delay
-- RETURNS: 1 if it is held by this attempt under this base, else 0
-- ATOMIC: the look at the holder and the tombstone; time is the server's
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local record = redis.call('GET', KEYS[1])
if record and string.sub(record, 1, 1) ~= '1' then
  return redis.error_reply('PAWLFORMAT record must have format 1: format=' .. string.sub(record, 1, 1))
end
local base = redis.call('ZSCORE', KEYS[3], ARGV[1])
local ends = redis.call('ZSCORE', KEYS[2], ARGV[1])
if not record or not base or not ends or tonumber(base) ~= tonumber(ARGV[2]) or tonumber(ends) <= now then
  return 0
end
local tombs = math.max(tonumber(string.sub(record, 18, 30)), tonumber(ends))
redis.call('ZADD', KEYS[4], ends, string.sub(ARGV[1], 2))
redis.call('PEXPIREAT', KEYS[4], string.format('%.0f', tombs))
redis.call('SET', KEYS[1], string.sub(record, 1, 17) .. string.format('%013.0f', tombs) .. string.sub(record, 31),
  'PX', ARGV[3])
return 1
