-- Purpose: gives a read-write lock or a permit back, or takes an attempt out of the queue, and grants to the first in the queue.
-- KEYS[1]: the record, as shared-acquire.lua describes it
-- KEYS[2]: the holders by the end of their leases
-- KEYS[3]: the holders by base
-- KEYS[4]: the queue
-- KEYS[5]: the places
-- KEYS[6]: the tombstones
-- ARGV[1]: attempt
-- ARGV[2]: mode: w, r or p
-- ARGV[3]: base; 0 for whatever the attempt was granted
-- ARGV[4]: for how long requests of the attempt that arrive late are refused, ms; 0 if none can be under way
-- ARGV[5]: how long the record is kept after its last use, ms; longer than any lease and lock-delay
-- RETURNS: 1 if the attempt held until now, else 0
-- ATOMIC: the look at the holders, the release and the next grants; time is the server's
local time = redis.call('TIME')
local micros = time[1] * 1000000 + time[2]
local now = math.floor(micros / 1000)
local record = redis.call('GET', KEYS[1])
local base, tombs, places = 0, 0, 0
if record then
  if string.sub(record, 1, 1) ~= '1' then
    return redis.error_reply('PAWLFORMAT record must have format 1: format=' .. string.sub(record, 1, 1))
  end
  base = tonumber(string.sub(record, 2, 17))
  tombs = tonumber(string.sub(record, 18, 30))
  places = tonumber(string.sub(record, 31, 43))
end
local me = ARGV[2] .. ARGV[1]
local changed = false

local function isFree(mode, permits)
  if mode == 'p' then
    return redis.call('ZCARD', KEYS[3]) < tonumber(permits)
  end
  local oldest = redis.call('ZRANGE', KEYS[3], 0, 0)[1]
  return not oldest or mode == 'r' and string.sub(oldest, 1, 1) == 'r'
end

local tomb = tonumber(ARGV[4])
if tomb > 0 then
  tombs = math.max(tombs, now + tomb)
  redis.call('ZREMRANGEBYSCORE', KEYS[6], '-inf', now)
  redis.call('ZADD', KEYS[6], now + tomb, ARGV[1])
  redis.call('PEXPIREAT', KEYS[6], string.format('%.0f', tombs))
  changed = true
end
if places > now then
  redis.call('ZREM', KEYS[4], me)
  redis.call('HDEL', KEYS[5], me)
end
local mine = redis.call('ZSCORE', KEYS[3], me)
local ends = redis.call('ZSCORE', KEYS[2], me)
local held = false
if mine and ends and (ARGV[3] == '0' or tonumber(mine) == tonumber(ARGV[3])) then
  held = tonumber(ends) > now
  redis.call('ZREM', KEYS[2], me)
  redis.call('ZREM', KEYS[3], me)
end
for _, ended in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now)) do
  redis.call('ZREM', KEYS[2], ended)
  redis.call('ZREM', KEYS[3], ended)
end

while places > now do
  local first = redis.call('ZRANGE', KEYS[4], 0, 0)[1]
  if not first then
    places = 0
    changed = true
    break
  end
  local place = redis.call('HGET', KEYS[5], first)
  local till, pause, permits, least, stamp, channel =
    string.match(place or '', '^(%d+) (%d+) (%d+) (%d+) (%-?%d+) (%S+)$')
  local alive = till and tonumber(till) > now
  if alive and not isFree(string.sub(first, 1, 1), permits) then
    break
  end
  redis.call('ZREM', KEYS[4], first)
  redis.call('HDEL', KEYS[5], first)
  if alive then
    base = math.max(base + 1, micros, tonumber(least))
    redis.call('ZADD', KEYS[3], string.format('%.0f', base), first)
    redis.call('ZADD', KEYS[2], till + pause, first)
    local last = redis.call('ZRANGE', KEYS[2], -1, -1, 'WITHSCORES')[2]
    redis.call('PEXPIREAT', KEYS[2], string.format('%.0f', last + 1))
    redis.call('PEXPIREAT', KEYS[3], string.format('%.0f', last + 1))
    local floor = redis.call('ZRANGE', KEYS[3], 0, 0, 'WITHSCORES')[2]
    redis.pcall('PUBLISH', channel, string.format('%s %s %.0f %s', string.sub(first, 2), stamp, base, floor))
    changed = true
  end
end
if changed then
  redis.call('SET', KEYS[1], string.format('1%016.0f%013.0f%013.0f', base, tombs, places), 'PX', ARGV[5])
end
return held and 1 or 0
