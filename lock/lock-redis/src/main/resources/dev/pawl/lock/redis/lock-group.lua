-- Purpose: takes and gives back locks that several callers asked for at once, one after the other, each as lock-acquire.lua and
-- lock-release.lua do by the record alone: what they say of it, and why, is not said again here.
-- KEYS[1..]: the record of each request, in order; one may come more than once
-- ARGV[1]: a letter for each request: a to acquire, r to release
-- ARGV[2..]: for each to acquire ARGV[1] to ARGV[4] of lock-acquire.lua, for each to release ARGV[1] to ARGV[3] of lock-release.lua, the
-- last of which is 0
-- RETURNS: the server's time, ms, and for each request what those return for it: the base, a string; or the first of their numbers;
-- or the text of its error, which does not begin with a digit
-- ATOMIC: all of it; time is the server's, and the same for all
local KEPT = '604800000' -- as in lock-acquire.lua
local NOBODY = '00000000000000000000000000' -- as there
local time = redis.call('TIME')
local micros = time[1] .. (#time[2] == 6 and time[2] or string.format('%06d', time[2]))
local now = tonumber(string.sub(micros, 1, 13))
local answers = {now}
local kinds, at = ARGV[1], 2

local function nextBase(last, least)
  local base = micros
  if base <= last then
    base = string.format('%016.0f', last + 1)
  end
  return base >= least and base or least
end

local function acquire(key, record, attempt, hold, least)
  if not record or #record == 17 then
    local base = nextBase(record and string.sub(record, 2) or '', least)
    redis.call('SET', key, '1' .. base .. string.format('%.0f', now + hold) .. NOBODY .. attempt, 'PX', KEPT)
    return base
  end
  local base, holder = string.sub(record, 2, 17), string.sub(record, 57)
  local ends = tonumber(string.sub(record, 18, 30)) or 0
  local places, tombs = tonumber(string.sub(record, 31, 43)) or 0, tonumber(string.sub(record, 44, 56)) or 0
  if places > now or tombs > now then
    return -2
  end
  if holder == attempt and ends > now then
    ends = math.max(ends, now + hold)
  elseif ends <= now then
    base = nextBase(base, least)
    ends = now + hold
  else
    return ends - now
  end
  redis.call('SET', key, '1' .. base .. string.format('%013.0f%013.0f%013.0f', ends, places, tombs) .. attempt, 'PX', KEPT)
  return base
end

local function release(key, record, attempt, base)
  if not record then
    return 0
  end
  local last = string.sub(record, 2, 17)
  local mine = string.sub(record, 57) == attempt and (base == last or base == '0000000000000000')
  if (tonumber(string.sub(record, 31, 43)) or 0) > now or (tonumber(string.sub(record, 44, 56)) or 0) > now then
    return 2
  end
  if not mine then
    return 0
  end
  redis.call('SET', key, '1' .. last, 'PX', KEPT)
  return (tonumber(string.sub(record, 18, 30)) or 0) > now and 1 or 0
end

for i = 1, #KEYS do
  local isAcquire = string.byte(kinds, i) == 97
  -- One that has another type there must not end the others in their middle.
  local record = redis.pcall('GET', KEYS[i])
  if type(record) == 'table' then
    answers[i + 1] = record.err
  elseif record and string.byte(record) ~= 49 then
    answers[i + 1] = 'PAWLFORMAT record must have format 1: format=' .. string.sub(record, 1, 1)
  elseif record and not tonumber(string.sub(record, 2, 17)) then
    answers[i + 1] = 'PAWLFORMAT record must have a base: base=' .. string.sub(record, 2, 17)
  elseif isAcquire then
    answers[i + 1] = acquire(KEYS[i], record, ARGV[at], ARGV[at + 1] + ARGV[at + 2], ARGV[at + 3])
  else
    answers[i + 1] = release(KEYS[i], record, ARGV[at], ARGV[at + 1])
  end
  at = at + (isAcquire and 4 or 3)
end
return answers
