-- Purpose: takes a lock for an attempt, or a place in its queue; asked again, it renews what the attempt has.
-- KEYS[1]: the record, a string of digits: format (1), last base (16), and unless it is free with nobody waiting: end of the lease
-- (13, ms), end of the last place in the queue (13, ms), end of the last tombstone (13, ms), and the attempt of the holder
-- KEYS[2] to KEYS[4] may be left out, and ARGV[5] and ARGV[6] with them: then only what the record alone decides is done
-- KEYS[2]: the queue, a sorted set of attempts by order of arrival
-- KEYS[3]: the places, a hash from attempt to end (ms), lock-delay (ms), least base, stamp and channel
-- KEYS[4]: the tombstones, a sorted set of attempts by their end (ms)
-- ARGV[1]: attempt
-- ARGV[2]: lease, ms
-- ARGV[3]: lock-delay, ms
-- ARGV[4]: least base to grant, 16 digits, since the client has seen the one below
-- ARGV[5]: channel of the client if the attempt is ready to wait, else empty
-- ARGV[6]: the attempt's stamp, shown again with a grant by message
-- ARGV[7]: when the server answered the same call by the record alone, ms, or empty
-- RETURNS: the base, a string, if granted; else an integer: ms until the lease of the holder ends, or -1 for an attempt that has a
-- tombstone. Where the record alone was named: {ms until the lease ends, or -2 if it does not decide; the server's time, ms}; nothing is
-- written then. -2 for a call that comes too long after its first part
-- ATOMIC: the look at the holder and at those in front, the grant and its base; time is the server's
local KEPT = '604800000' -- the record outlives the lock for seven days: longer than any lease and lock-delay
local NOBODY = '00000000000000000000000000' -- no place and no tombstone
local record = redis.call('GET', KEYS[1])
local time = redis.call('TIME')
local micros = time[1] .. (#time[2] == 6 and time[2] or string.format('%06d', time[2]))
local now = tonumber(string.sub(micros, 1, 13))
local hold = ARGV[2] + ARGV[3]
-- An attempt that has left since has a tombstone, which lasts for ten seconds at least.
if ARGV[7] and ARGV[7] ~= '' and now > ARGV[7] + 2000 then
  return -2
end
-- The server's time in microseconds, if it is above the last base and what the client has seen.
local function nextBase(last, least)
  local base = micros
  if base <= last then
    base = string.format('%016.0f', last + 1)
  end
  return base >= least and base or least
end

if not record or #record == 17 and string.byte(record) == 49 then
  local base = nextBase(record and string.sub(record, 2) or '', ARGV[4])
  redis.call('SET', KEYS[1], '1' .. base .. string.format('%.0f', now + hold) .. NOBODY .. ARGV[1], 'PX', KEPT)
  return base
end

if string.byte(record) ~= 49 then
  return redis.error_reply('PAWLFORMAT record must have format 1: format=' .. string.sub(record, 1, 1))
end
local base, holder = string.sub(record, 2, 17), string.sub(record, 57)
local ends = tonumber(string.sub(record, 18, 30)) or 0
local places = tonumber(string.sub(record, 31, 43)) or 0
local tombs = tonumber(string.sub(record, 44, 56)) or 0
if not KEYS[2] and (places > now or tombs > now) then
  return {-2, now}
end

local function write()
  redis.call('SET', KEYS[1], '1' .. base .. string.format('%013.0f%013.0f%013.0f', ends, places, tombs) .. holder,
    'PX', KEPT)
end

if tombs > now then
  local tomb = redis.call('ZSCORE', KEYS[4], ARGV[1])
  if tomb and tonumber(tomb) > now then
    return -1
  end
end
if holder == ARGV[1] and ends > now then
  ends = math.max(ends, now + hold)
  write()
  return base
end

-- A lease that has ended goes to the first in the queue whose place has not lapsed.
local changed = false
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
    base = nextBase(base, least)
    holder = first
    ends = till + delay
    changed = true
    if first == ARGV[1] then
      ends = math.max(ends, now + hold)
      write()
      return base
    end
    redis.pcall('PUBLISH', channel, first .. ' ' .. stamp .. ' ' .. base .. ' ' .. base)
  end
end
if ends <= now then
  base = nextBase(base, ARGV[4])
  holder = ARGV[1]
  ends = now + hold
  write()
  return base
end

if ARGV[5] and ARGV[5] ~= '' then
  if redis.call('HEXISTS', KEYS[3], ARGV[1]) == 0 then
    local last = redis.call('ZRANGE', KEYS[2], -1, -1, 'WITHSCORES')[2]
    redis.call('ZADD', KEYS[2], (last or 0) + 1, ARGV[1])
  end
  local till = string.format('%.0f', now + ARGV[2])
  redis.call('HSET', KEYS[3], ARGV[1], till .. ' ' .. ARGV[3] .. ' ' .. ARGV[4] .. ' ' .. ARGV[6] .. ' ' .. ARGV[5])
  if tonumber(till) > places then
    places = tonumber(till)
  end
  redis.call('PEXPIREAT', KEYS[2], string.format('%.0f', places))
  redis.call('PEXPIREAT', KEYS[3], string.format('%.0f', places))
  changed = true
end
if changed then
  write()
end
local wait = math.max(0, ends - now)
return KEYS[2] and wait or {wait, now}
