-- Purpose: cancels jobs that no consumer has. Follows partition.lua and change.lua, which name the keys.
-- KEYS: none
-- ARGV[1..]: ids
-- RETURNS: {head, a letter for each: done, in flight, not found}
-- ATOMIC: the look at the job and its end
local answers, cancelled = {}, {}
local scores, known = redis.call('ZMSCORE', times, unpack(ARGV)), redis.call('HMGET', states, unpack(ARGV))
for i, id in ipairs(ARGV) do
  local score, state = not cancelled[id] and scores[i], known[i]
  if not score then
    local mark = tombstone(id)
    answers[#answers + 1] = mark and string.sub(check(mark), 2, 2) == 'C' and 'D' or 'N'
  elseif isInFlight(state, tonumber(score)) then
    answers[#answers + 1] = 'I'
  else
    finish(id, 'C', state)
    cancelled[id] = true
    answers[#answers + 1] = 'D'
  end
end
write()
return {head(first()), table.concat(answers)}
