-- Purpose: makes jobs of dead letters again. Follows partition.lua and change.lua, which name the keys.
-- KEYS: none
-- ARGV[1]: channel
-- ARGV[2..]: ids
-- RETURNS: {head, a digit for each: 1 if there is such a job now, else 0}
-- ATOMIC: the end of the dead letter and the job
local before = first()
local answers = {}
for i = 2, #ARGV do
  local id = ARGV[i]
  if redis.call('HDEL', dead, id) == 1 then
    redis.call('ZADD', times, now, id)
    answers[#answers + 1] = '1'
  else
    answers[#answers + 1] = redis.call('ZSCORE', times, id) and '1' or '0'
  end
end
return {tell(ARGV[1], before), table.concat(answers)}
