-- Purpose: tells who holds a read-write lock or a semaphore and how many wait.
-- KEYS[1]: the holders by the end of their leases
-- KEYS[2]: the holders by base
-- KEYS[3]: the queue
-- ARGV: none
-- RETURNS: {waiting, and for each holder: letter of the mode and attempt, base, ms until the lease ends}
-- ATOMIC: it writes nothing; time is the server's
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local reply = {redis.call('ZCARD', KEYS[3])}
local holders = redis.call('ZRANGE', KEYS[2], 0, -1, 'WITHSCORES')
for i = 1, #holders, 2 do
  local ends = redis.call('ZSCORE', KEYS[1], holders[i])
  if ends and tonumber(ends) > now then
    reply[#reply + 1] = holders[i]
    reply[#reply + 1] = string.format('%.0f', holders[i + 1])
    reply[#reply + 1] = ends - now
  end
end
return reply
