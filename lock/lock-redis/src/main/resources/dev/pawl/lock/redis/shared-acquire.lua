-- Purpose: takes a read-write lock or a permit for an attempt, or a place in the queue; asked again, it renews what the attempt has.
-- KEYS[1]: the record, a string: the digit 1 as its format, the last base (16 digits), the end of the last tombstone and of the
-- last place in the queue (13 digits each, ms)
-- KEYS[2]: the holders, a sorted set by the end of their leases (ms); each is the letter of its mode (w, r or p) and its attempt
-- KEYS[3]: the same holders by base
-- KEYS[4]: the queue, a sorted set of such contenders by order of arrival
-- KEYS[5]: the places, a hash from contender to end (ms), lock-delay (ms), permits, least base, stamp and channel
-- KEYS[6]: the tombstones, a sorted set of attempts by their end (ms)
-- ARGV[1]: attempt
-- ARGV[2]: lease, ms
-- ARGV[3]: lock-delay, ms
-- ARGV[4]: least base to grant, since the client has seen the one below
-- ARGV[5]: channel of the client if the attempt is ready to wait, else empty
-- ARGV[6]: the attempt's stamp, shown again with a grant by message
-- ARGV[7]: mode: w to be alone, r to be one of the readers, p to have one of the permits
-- ARGV[8]: permits in all; 1 in the other modes
-- ARGV[9]: how long the record is kept after its last use, ms; longer than any lease and lock-delay
-- RETURNS: {base, a string, and the least base of a holder} if granted; else an integer: ms until the first lease ends, or -1 for an
-- attempt that has a tombstone
-- ATOMIC: the look at the holders and at those in front, the grants and their bases; time is the server's
local time = redis.call('TIME')
local micros = time[1] * 1000000 + time[2]
local now = math.floor(micros / 1000)
local lease, delay = tonumber(ARGV[2]), tonumber(ARGV[3])
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
local me = ARGV[7] .. ARGV[1]

local function write()
  redis.call('SET', KEYS[1], string.format('1%016.0f%013.0f%013.0f', base, tombs, places), 'PX', ARGV[9])
end

local function isFree(mode, permits)
  if mode == 'p' then
    return redis.call('ZCARD', KEYS[3]) < tonumber(permits)
  end
  local oldest = redis.call('ZRANGE', KEYS[3], 0, 0)[1]
  return not oldest or mode == 'r' and string.sub(oldest, 1, 1) == 'r'
end

local function hold(contender, ends)
  redis.call('ZADD', KEYS[2], ends, contender)
  local last = redis.call('ZRANGE', KEYS[2], -1, -1, 'WITHSCORES')[2]
  redis.call('PEXPIREAT', KEYS[2], string.format('%.0f', last + 1))
  redis.call('PEXPIREAT', KEYS[3], string.format('%.0f', last + 1))
end

local function grant(contender, least)
  base = math.max(base + 1, micros, tonumber(least))
  redis.call('ZADD', KEYS[3], string.format('%.0f', base), contender)
end

local function floor()
  return tonumber(redis.call('ZRANGE', KEYS[3], 0, 0, 'WITHSCORES')[2])
end

if tombs > now then
  local tomb = redis.call('ZSCORE', KEYS[6], ARGV[1])
  if tomb and tonumber(tomb) > now then
    return -1
  end
end
for _, ended in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now)) do
  redis.call('ZREM', KEYS[2], ended)
  redis.call('ZREM', KEYS[3], ended)
end

local changed = false
-- Who waits in front goes first: all who can hold together, up to the first who cannot.
while places > now do
  local first = redis.call('ZRANGE', KEYS[4], 0, 0)[1]
  if not first then
    places = 0
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
    grant(first, least)
    hold(first, till + pause)
    changed = true
    if first ~= me then
      redis.pcall('PUBLISH', channel, string.format('%s %s %.0f %.0f', string.sub(first, 2), stamp, base, floor()))
    end
  end
end

local mine = redis.call('ZSCORE', KEYS[3], me)
local waiting = places > now and redis.call('ZCARD', KEYS[4]) > 0
if not mine and not waiting and isFree(ARGV[7], ARGV[8]) then
  grant(me, ARGV[4])
  mine = base
  changed = true
end
if mine then
  local ends = redis.call('ZSCORE', KEYS[2], me)
  hold(me, math.max(ends and tonumber(ends) or 0, now + lease + delay))
  if changed then
    write()
  end
  return {string.format('%.0f', mine), floor()}
end

if ARGV[5] ~= '' then
  if redis.call('HEXISTS', KEYS[5], me) == 0 then
    local last = redis.call('ZRANGE', KEYS[4], -1, -1, 'WITHSCORES')[2]
    redis.call('ZADD', KEYS[4], (last or 0) + 1, me)
  end
  redis.call('HSET', KEYS[5], me, string.format('%.0f %s %s %s %s %s', now + lease, ARGV[3], ARGV[8], ARGV[4], ARGV[6],
    ARGV[5]))
  places = math.max(places, now + lease)
  redis.call('PEXPIREAT', KEYS[4], string.format('%.0f', places))
  redis.call('PEXPIREAT', KEYS[5], string.format('%.0f', places))
  changed = true
end
if changed then
  write()
end
local soonest = redis.call('ZRANGE', KEYS[2], 0, 0, 'WITHSCORES')[2]
return math.max(0, (soonest or now) - now)
