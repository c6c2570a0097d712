-- Purpose: takes a lock for an attempt, or a place in its queue; asked again, it renews what the attempt has.
-- KEYS[1]: the record, a string: the digit 1 as its format, the end of the lease (13 digits, ms), the last base (16 digits), the
-- end of the last tombstone and of the last place in the queue (13 digits each, ms), and the attempt of the holder, if there is one
-- KEYS[2]: the queue, a sorted set of attempts by order of arrival
-- KEYS[3]: the places, a hash from attempt to end (ms), lock-delay (ms), least base, stamp and channel
-- KEYS[4]: the tombstones, a sorted set of attempts by their end (ms)
-- ARGV[1]: attempt
-- ARGV[2]: lease, ms
-- ARGV[3]: lock-delay, ms
-- ARGV[4]: least base to grant, since the client has seen the one below
-- ARGV[5]: how long the record is kept after its last use, ms; longer than any lease and lock-delay
-- ARGV[6]: channel of the client if the attempt is ready to wait, else empty
-- ARGV[7]: the attempt's stamp, shown again with a grant by message
-- RETURNS: {1, base}, or {0, ms until the lease of the holder ends}, or {2} for an attempt that has a tombstone
-- ATOMIC: the look at the holder and at those in front, the grant and its base; time is the server's
local time = redis.call('TIME')
local micros = time[1] * 1000000 + time[2]
local now = math.floor(micros / 1000)
local lease, delay = tonumber(ARGV[2]), tonumber(ARGV[3])
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

local function write()
  redis.call('SET', KEYS[1], string.format('1%013.0f%016.0f%013.0f%013.0f%s', ends, base, tombs, places, holder),
    'PX', ARGV[5])
end

if tombs > now then
  local tomb = redis.call('ZSCORE', KEYS[4], ARGV[1])
  if tomb and tonumber(tomb) > now then
    return {2}
  end
end
if holder == ARGV[1] and ends > now then
  ends = math.max(ends, now + lease + delay)
  write()
  return {1, base}
end

local changed = false
-- A lease that has ended goes to the first in the queue whose place has not lapsed.
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
    if first == ARGV[1] then
      ends = now + lease + delay
      write()
      return {1, base}
    end
    ends = till + pause
    changed = true
    redis.call('PUBLISH', channel, string.format('%s %s %.0f %.0f', first, stamp, base, base))
  end
end
if ends <= now then
  base = math.max(base + 1, micros, tonumber(ARGV[4]))
  holder = ARGV[1]
  ends = now + lease + delay
  write()
  return {1, base}
end

if ARGV[6] ~= '' then
  if redis.call('HEXISTS', KEYS[3], ARGV[1]) == 0 then
    local last = redis.call('ZRANGE', KEYS[2], -1, -1, 'WITHSCORES')[2]
    redis.call('ZADD', KEYS[2], (last or 0) + 1, ARGV[1])
  end
  redis.call('HSET', KEYS[3], ARGV[1], string.format('%.0f %s %s %s %s', now + lease, ARGV[3], ARGV[4], ARGV[7],
    ARGV[6]))
  places = math.max(places, now + lease)
  redis.call('PEXPIREAT', KEYS[2], string.format('%.0f', places))
  redis.call('PEXPIREAT', KEYS[3], string.format('%.0f', places))
  changed = true
end
if changed then
  write()
end
return {0, math.max(0, ends - now)}
