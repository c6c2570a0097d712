-- Purpose: puts the end of visibility timeouts to another time. Follows partition.lua and change.lua, which name the keys.
-- KEYS: none
-- ARGV[1]: channel
-- ARGV[2]: visibility timeout, ms
-- ARGV[3..]: for each delivery its job's id and its token, 8 bytes
-- RETURNS: {head, a digit for each: 1 if the delivery stands, else 0}
-- ATOMIC: the look at the deliveries and their new ends
local before, visibility = first(), tonumber(ARGV[2])
local ids = {}
for i = 3, #ARGV, 2 do
  ids[#ids + 1] = ARGV[i]
end
local known = redis.call('HMGET', states, unpack(ids))
local answers, scores = {}, {}
for i, id in ipairs(ids) do
  answers[i] = '0'
  if stands(known[i], ARGV[2 * i + 2]) then
    answers[i] = '1'
    scores[#scores + 1], scores[#scores + 2] = after(visibility), id
  end
end
if #scores > 0 then
  redis.call('ZADD', times, unpack(scores))
  longest = math.max(longest, visibility)
  write()
end
return {tell(ARGV[1], before), table.concat(answers)}
