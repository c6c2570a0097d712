-- Purpose: gives a lock back, or takes an attempt out of its queue, and grants the lock to the first in the queue.
-- KEYS[1]: the record, as lock-acquire.lua describes it
-- KEYS[2] to KEYS[4] may be left out, with an ARGV[3] of 0: then only what the record alone decides is done
-- KEYS[2]: the queue
-- KEYS[3]: the places
-- KEYS[4]: the tombstones
-- ARGV[1]: attempt
-- ARGV[2]: base, 16 digits; zeros for whatever the attempt was granted
-- ARGV[3]: for how long requests of the attempt that arrive late are refused, ms; 0 if none can be under way
-- RETURNS: 1 if the attempt held the lock until now, else 0, or 2 if nothing was done since the record alone does not decide
-- ATOMIC: the look at the holder, the release and the next grant; time is the server's
local KEPT = '604800000' -- as in lock-acquire.lua
local record = redis.call('GET', KEYS[1])
local time = redis.call('TIME')
local micros = time[1] .. (#time[2] == 6 and time[2] or string.format('%06d', time[2]))
local now = tonumber(string.sub(micros, 1, 13))
if record and string.byte(record) ~= 49 then
  return redis.error_reply('PAWLFORMAT record must have format 1: format=' .. string.sub(record, 1, 1))
end
local base, holder, ends, rest = '0000000000000000', '', 0, ''
if record then
  base, holder, rest = string.sub(record, 2, 17), string.sub(record, 57), string.sub(record, 31, 56)
  ends = tonumber(string.sub(record, 18, 30)) or 0
end
local mine = holder == ARGV[1] and (ARGV[2] == base or ARGV[2] == '0000000000000000')
local held = mine and ends > now and 1 or 0
local places, tombs = tonumber(string.sub(rest, 1, 13)) or 0, tonumber(string.sub(rest, 14)) or 0
if ARGV[3] == '0' and places <= now and tombs <= now then
  if mine then
    redis.call('SET', KEYS[1], '1' .. base, 'PX', KEPT)
  end
  return held
end
if not KEYS[2] then
  return 2
end

if mine then
  ends, holder = 0, ''
end
if ARGV[3] ~= '0' then
  tombs = math.max(tombs, now + ARGV[3])
  redis.call('ZREMRANGEBYSCORE', KEYS[4], '-inf', now)
  redis.call('ZADD', KEYS[4], now + ARGV[3], ARGV[1])
  redis.call('PEXPIREAT', KEYS[4], string.format('%.0f', tombs))
end
if places > now then
  redis.call('ZREM', KEYS[2], ARGV[1])
  redis.call('HDEL', KEYS[3], ARGV[1])
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
  local till, delay, least, stamp, channel = string.match(place or '', '^(%d+) (%d+) (%d+) (%-?%d+) (%S+)$')
  if till and tonumber(till) > now then
    base = micros > base and micros or string.format('%016.0f', base + 1)
    base = base >= least and base or least
    holder = first
    ends = till + delay
    redis.pcall('PUBLISH', channel, first .. ' ' .. stamp .. ' ' .. base .. ' ' .. base)
  end
end
if ends <= now and places <= now and tombs <= now then
  redis.call('SET', KEYS[1], '1' .. base, 'PX', KEPT)
else
  redis.call('SET', KEYS[1], '1' .. base .. string.format('%013.0f%013.0f%013.0f', ends, places, tombs) .. holder,
    'PX', KEPT)
end
return held
