-- Purpose: tells what a consumer needs to know of a partition, and takes its word that it is there. Follows partition.lua.
-- KEYS[1] and KEYS[2]: as there
-- KEYS[3]: the consumers, a hash from consumer to format (1), whether it accepts jobs (1), and until when this counts (ms)
-- ARGV[1], if there: consumer
-- ARGV[2]: whether it accepts jobs
-- ARGV[3]: for how long, ms
-- RETURNS: {head, whether paused, by how much the clock is behind (us), and the consumers that accept jobs}
-- ATOMIC: without arguments it writes nothing
if ARGV[1] then
  redis.call('HSET', KEYS[3], ARGV[1], '1' .. ARGV[2] .. string.format('%.0f', now + ARGV[3]))
end
local reply = {head(first()), paused, math.max(0, latest - micros)}
local consumers = redis.call('HGETALL', KEYS[3])
for i = 1, #consumers, 2 do
  local till = tonumber(string.sub(consumers[i + 1], 3))
  if till and till > now then
    if string.sub(consumers[i + 1], 2, 2) == '1' then
      reply[#reply + 1] = consumers[i]
    end
  elseif till and ARGV[1] then
    redis.call('HDEL', KEYS[3], consumers[i])
  end
end
return reply
