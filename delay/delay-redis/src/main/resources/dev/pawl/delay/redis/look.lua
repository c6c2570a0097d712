-- Purpose: tells what a consumer needs to know of a partition, and takes its word that it is there. Follows partition.lua, which
-- names the keys.
-- KEYS[1..]: as there. The last: the consumers, a hash from consumer to format (1), whether it accepts jobs (1), until when (ms)
-- ARGV[1]: consumer; without it nothing is written
-- ARGV[2]: whether it accepts jobs
-- ARGV[3]: for how long, ms
-- RETURNS: {head, whether paused, by how much the clock is behind (us), and the consumers that accept jobs}
-- ATOMIC: the word and the look
local consumers = KEYS[#KEYS]
if ARGV[1] then
  redis.call('HSET', consumers, ARGV[1], '1' .. ARGV[2] .. string.format('%.0f', now + ARGV[3]))
end
local reply = {head(first()), paused, math.max(0, latest - micros)}
local told = redis.call('HGETALL', consumers)
for i = 1, #told, 2 do
  local till = tonumber(string.sub(told[i + 1], 3))
  if till and till > now then
    if string.sub(told[i + 1], 2, 2) == '1' then
      reply[#reply + 1] = told[i]
    end
  elseif till and ARGV[1] then
    redis.call('HDEL', consumers, told[i])
  end
end
return reply
