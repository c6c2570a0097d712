-- Purpose: tells who holds a lock and how many wait.
-- KEYS[1]: the record, as lock-acquire.lua describes it
-- KEYS[2]: the queue
-- ARGV: none
-- RETURNS: {waiting}, or {waiting, letter of the mode and attempt, base, ms until the lease ends} if it is held
-- ATOMIC: it writes nothing; time is the server's
local record = redis.call('GET', KEYS[1])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if record and string.byte(record) ~= 49 then
  return redis.error_reply('PAWLFORMAT record must have format 1: format=' .. string.sub(record, 1, 1))
end
local waiting = redis.call('ZCARD', KEYS[2])
local ends = record and tonumber(string.sub(record, 18, 30)) or 0
if ends <= now then
  return {waiting}
end
return {waiting, 'w' .. string.sub(record, 57), string.sub(record, 2, 17), ends - now}
