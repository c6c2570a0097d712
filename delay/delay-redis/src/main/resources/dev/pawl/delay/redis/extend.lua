-- Purpose: puts the end of visibility timeouts to another time. Follows partition.lua and change.lua.
-- KEYS[1] to KEYS[3]: as there
-- ARGV[1]: channel
-- ARGV[2]: visibility timeout, ms
-- ARGV[3]...: for each delivery its job's id and its token, 8 bytes
-- RETURNS: {head, a digit for each: 1 if the delivery stands, else 0}
-- ATOMIC: the look at the deliveries and their new ends
local before, visibility = first(), tonumber(ARGV[2])
local ids = {}
for i = 3, #ARGV, 2 do
  ids[#ids + 1] = ARGV[i]
end
local states = redis.call('HMGET', KEYS[3], unpack(ids))
local answers, times = {}, {}
for i, id in ipairs(ids) do
  answers[i] = '0'
  if stands(states[i], ARGV[2 * i + 2]) then
    answers[i] = '1'
    times[#times + 1], times[#times + 2] = after(visibility), id
  end
end
if #times > 0 then
  redis.call('ZADD', KEYS[2], unpack(times))
  longest = math.max(longest, visibility)
  write()
end
return {tell(ARGV[1], before), table.concat(answers)}
