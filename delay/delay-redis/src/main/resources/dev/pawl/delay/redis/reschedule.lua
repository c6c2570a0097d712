-- Purpose: gives jobs that no consumer has another due time. Follows partition.lua and change.lua, which name the keys.
-- KEYS: none
-- ARGV[1]: channel
-- ARGV[2..]: for each job its id and its due time
-- RETURNS: {head, a letter for each: done, in flight, not found}
-- ATOMIC: the look at the job and its new time
local before = first()
local answers = {}
for i = 2, #ARGV, 2 do
  local id, due = ARGV[i], visibleAt(tonumber(ARGV[i + 1]))
  local score, state = redis.call('ZSCORE', times, id), redis.call('HGET', states, id)
  if not score then
    answers[#answers + 1] = 'N'
  elseif isInFlight(state, tonumber(score)) then
    answers[#answers + 1] = 'I'
  else
    if state then
      back(state)
      redis.call('HSET', states, id, '1' .. NO_TOKEN .. string.sub(state, 10, 13) .. struct.pack('>BI8', 0, due)
        .. string.sub(state, 23))
    end
    redis.call('ZADD', times, due, id)
    answers[#answers + 1] = 'D'
  end
end
write()
return {tell(ARGV[1], before), table.concat(answers)}
