-- Purpose: gives a lock back, or takes an attempt out of its queue, and grants the lock to the first in the queue.
-- KEYS[1]: the record, as lock-acquire.lua describes it
-- KEYS[2]: the queue
-- KEYS[3]: the places
-- KEYS[4]: the tombstones
-- ARGV[1]: attempt
-- ARGV[2]: base, 16 digits; zeros for whatever the attempt was granted
-- ARGV[3]: for how long requests of the attempt that arrive late are refused, ms; 0 if none can be under way
-- ARGV[4]: how long the record is kept after its last use, ms; longer than any lease and lock-delay
-- RETURNS: {1} if the attempt held the lock until now, else {0}
-- ATOMIC: the look at the holder, the release and the next grant; time is the server's
local time = redis.call('TIME')
local micros = time[1] * 1000000 + time[2]
local now = math.floor(micros / 1000)
local record = redis.call('GET', KEYS[1])
local ends, base, tombs, places, holder = 0, 0, 0, 0, ''
if record then
  if string.sub(record, 1, 1) ~= '1' then
    return redis.error_reply('PAWLFORMAT record must have format 1: format=' .. string.sub(record, 1, 1))
  end
  ends = tonumber(string.sub(record, 2, 14))
  base = tonumber(string.sub(record, 15, 30))
  tombs = tonumber(string.sub(record, 31, 43))
  places = tonumber(string.sub(record, 44, 56))
  holder = string.sub(record, 57)
end

local tomb = tonumber(ARGV[3])
local any = ARGV[2] == '0000000000000000'
local mine = holder == ARGV[1] and (any or string.sub(record, 15, 30) == ARGV[2])
if not mine and tomb == 0 and places <= now then
  return {0}
end
if tomb > 0 then
  tombs = math.max(tombs, now + tomb)
  redis.call('ZREMRANGEBYSCORE', KEYS[4], '-inf', now)
  redis.call('ZADD', KEYS[4], now + tomb, ARGV[1])
  redis.call('PEXPIREAT', KEYS[4], string.format('%.0f', tombs))
end
if places > now then
  redis.call('ZREM', KEYS[2], ARGV[1])
  redis.call('HDEL', KEYS[3], ARGV[1])
end
local held = mine and ends > now
if mine then
  ends, holder = 0, ''
end

while ends <= now and places > now do
  local first = redis.call('ZRANGE', KEYS[2], 0, 0)[1]
  if not first then
    places = 0
    break
  end
  local place = redis.call('HGET', KEYS[3], first)
  redis.call('ZREM', KEYS[2], first)
  redis.call('HDEL', KEYS[3], first)
  local till, pause, least, stamp, channel = string.match(place or '', '^(%d+) (%d+) (%d+) (%-?%d+) (%S+)$')
  if till and tonumber(till) > now then
    base = math.max(base + 1, micros, tonumber(least))
    holder = first
    ends = till + pause
    redis.call('PUBLISH', channel, string.format('%s %s %.0f %.0f', first, stamp, base, base))
  end
end
redis.call('SET', KEYS[1], string.format('1%013.0f%016.0f%013.0f%013.0f%s', ends, base, tombs, places, holder),
  'PX', ARGV[4])
return {held and 1 or 0}
